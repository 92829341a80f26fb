"""What `bokabridge doctor` reads from AWS. It changes nothing."""

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import batched

from bokabridge.adapters.aws.account import Account
from bokabridge.adapters.aws.clients import LAMBDA_CONFIG
from bokabridge.adapters.aws.dead_letters import is_for_dead_letters, messages_in
from bokabridge.adapters.aws.stacks import Stack, resources_of
from bokabridge.clock import utc_now
from bokabridge.errors import FatalError

_ALARMS_AT_ONCE = 100
_PARAMETERS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm, the topics that it notifies, and its state, such as OK or ALARM."""

    name: str
    topics: tuple[str, ...]
    is_enabled: bool
    state: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, and the number of its confirmed subscribers. None: there is no such topic."""

    arn: str
    subscribers: int | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue by its logical id, and the number of messages in it."""

    name: str
    messages: int


class Inspection:
    """One stack's facts in AWS. Every method raises the errors of the AWS SDK."""

    def __init__(self, account: Account, stack: Stack) -> None:
        self._account = account
        self._stack = stack
        self._cloudformation = account.client("cloudformation")

    def alarms(self) -> list[Alarm]:
        """The stack's alarms."""
        cloudwatch = self._account.client("cloudwatch")
        names = resources_of(self._cloudformation, self._stack.name, "AWS::CloudWatch::Alarm").values()
        return [
            Alarm(alarm["AlarmName"], tuple(alarm["AlarmActions"]), alarm["ActionsEnabled"], alarm["StateValue"])
            for some in batched(names, _ALARMS_AT_ONCE, strict=False)
            for alarm in cloudwatch.describe_alarms(AlarmNames=list(some), MaxRecords=_ALARMS_AT_ONCE)["MetricAlarms"]
        ]

    def topics(self, arns: Collection[str]) -> list[Topic]:
        """These topics."""
        sns = self._account.client("sns")
        found = []
        for arn in sorted(arns):
            pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
            try:
                listed = [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"]]
            except sns.exceptions.NotFoundException:
                found.append(Topic(arn, None))
            else:
                found.append(Topic(arn, sum(each.startswith("arn:") for each in listed)))
        return found

    def queues(self) -> list[Queue]:
        """The stack's queues of dead letters."""
        sqs = self._account.client("sqs")
        urls = resources_of(self._cloudformation, self._stack.name, "AWS::SQS::Queue")
        return [Queue(name, messages_in(sqs, url)) for name, url in sorted(urls.items()) if is_for_dead_letters(name)]

    def secrets(self, names: Collection[str]) -> dict[str, set[str]]:
        """The ids of the labelled versions of those of these secrets that exist and are not about to be deleted."""
        client = self._account.client("secretsmanager")
        found = {}
        for name in sorted(names):
            with suppress(client.exceptions.ResourceNotFoundException):
                described = client.describe_secret(SecretId=name)
                if "DeletedDate" not in described:
                    found[name] = set(described.get("VersionIdsToStages", {}))
        return found

    def parameters(self, names: Collection[str]) -> set[str]:
        """Those of these names that Parameter Store has."""
        pages = self._account.client("ssm").get_paginator("describe_parameters")
        return {
            parameter["Name"]
            for some in batched(sorted(names), _PARAMETERS_AT_ONCE, strict=False)
            for page in pages.paginate(ParameterFilters=[{"Key": "Name", "Option": "Equals", "Values": list(some)}])
            for parameter in page["Parameters"]
        }

    def libraries(self) -> dict[str, str]:
        """The versions of the libraries that the functions run with.

        It invokes the function that notes removed customers with an empty event, for which the function does nothing
        but report them.
        """
        functions = resources_of(self._cloudformation, self._stack.name, "AWS::Lambda::Function")
        client = self._account.client("lambda", LAMBDA_CONFIG)
        response = client.invoke(
            FunctionName=functions["CustomersRemovedFunction"], Payload=json.dumps({"Records": []}).encode()
        )
        result = json.loads(response["Payload"].read())
        if response.get("FunctionError") or not isinstance(result.get("Libraries"), dict):
            raise FatalError("CustomersRemovedFunction did not report its libraries. Deploy the current version.")
        libraries: dict[str, str] = result["Libraries"]
        return libraries

    def clock_ahead(self) -> timedelta:
        """How far this machine's clock is ahead of AWS's, to the second."""
        before = utc_now()
        response = self._cloudformation.describe_stacks(StackName=self._stack.name)
        return clock_ahead(before, utc_now(), response["ResponseMetadata"]["HTTPHeaders"].get("date", ""))


def clock_ahead(before: datetime, after: datetime, date: str) -> timedelta:
    """How far our clock is ahead of the one that wrote this Date header between two readings of ours.

    The smallest difference that explains the three. The header has no fraction of a second. Raises FatalError.
    """
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        raise FatalError("The response has no readable Date header, so the clocks cannot be compared.") from None
    if theirs.tzinfo is None:
        raise FatalError("The response's Date header has no time zone, so the clocks cannot be compared.")
    if before - theirs > timedelta(seconds=1):
        return before - theirs - timedelta(seconds=1)
    return min(after - theirs, timedelta(0))

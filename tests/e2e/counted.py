"""Clients of the emulator that count their calls."""

import json
import uuid
from collections import Counter
from typing import Any

from local.stack.emulator import client


class CountedAws:
    """Clients of two services, with two new tables.

    `calls` counts calls by operation. `items_written` counts the items of batches by the first word of the sort key.
    """

    def __init__(self, aws_url: str) -> None:
        self.calls: Counter[str] = Counter()
        self.items_written: Counter[str] = Counter()
        self.dynamodb = self._counted(client("dynamodb", aws_url))
        self.states = self._counted(client("stepfunctions", aws_url))
        self.state_machine_arn = self._new_state_machine(aws_url)
        self.user_sync_table = self._new_table()
        self.customers_table = self._new_table()
        self.reset()

    def reset(self) -> None:
        self.calls.clear()
        self.items_written.clear()

    def _new_table(self) -> str:
        name = f"counted-{uuid.uuid4()}"
        self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        )
        return name

    def _new_state_machine(self, aws_url: str) -> str:
        """The ARN of a new state machine that does nothing."""
        name = f"counted-{uuid.uuid4()}"
        trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        role = client("iam", aws_url).create_role(RoleName=name, AssumeRolePolicyDocument=policy)["Role"]
        definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
        machine = self.states.create_state_machine(name=name, definition=definition, roleArn=role["Arn"])
        arn: str = machine["stateMachineArn"]
        return arn

    def _counted(self, aws_client: Any) -> Any:
        aws_client.meta.events.register("before-call", self._count)
        return aws_client

    def _count(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        self.calls[model.name] += 1
        if model.name == "BatchWriteItem":
            for requests in json.loads(params["body"])["RequestItems"].values():
                for request in requests:
                    self.items_written[request["PutRequest"]["Item"]["SK"]["S"].split("#")[0]] += 1

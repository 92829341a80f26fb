"""`bokabridge doctor`: finds nothing on a stack without faults, and each fault when it is put back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from admin.checks.configuration import MUST_BE_SET
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.usersync.job import Trigger, new_job
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder, new_usage
from tests.aws_account import FakeStack
from tests.data import COMPANY_ID
from tests.dynamodb import USAGE_TABLE, USER_SYNC_TABLE, aws_client
from tests.unit.admin.conftest import Operator

AXEMA_SECRET, VOSS_SECRET = f"bokabridge/dev/axema/{COMPANY_ID}", "bokabridge/dev/voss"


@dataclass
class Hospital:
    """A stack without faults, and its API's clock."""

    operator: Operator
    topic: str
    queue: str
    api_is_ahead: timedelta = timedelta(0)

    @property
    def stack(self) -> FakeStack:
        return self.operator.stack

    def findings(self) -> list[tuple[str, str, str]]:
        """(check, subject, problem) of every finding."""
        shown = self.operator.run("doctor", "--json")
        found = [
            (check, each["Subject"], each["Problem"])
            for check, findings in shown.json["Checks"].items()
            for each in findings
        ]
        assert shown.code == (1 if found else 0)
        return found

    def put_alarm(self, *topics: str) -> None:
        aws_client("cloudwatch").put_metric_alarm(
            AlarmName="alarm",
            MetricName="m",
            Namespace="n",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=list(topics),
        )


@pytest.fixture
def hospital(operator: Operator) -> Iterator[Hospital]:
    topic = aws_client("sns").create_topic(Name="alarms")["TopicArn"]
    aws_client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-north-1:123456789012:q")
    queue = aws_client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    for name in (AXEMA_SECRET, VOSS_SECRET):
        aws_client("secretsmanager").create_secret(Name=name, SecretString="{}")
    operator.stack.parameters = {"Stage": "dev", **dict.fromkeys(MUST_BE_SET, "chosen"), "VossScope": ""}
    operator.stack.resources = {
        "VossDisputedAlarm": ("AWS::CloudWatch::Alarm", "alarm"),
        "VossReconcileDeadLetters": ("AWS::SQS::Queue", queue),
        "CustomersRemovedFunction": ("AWS::Lambda::Function", "removed"),
    }
    operator.stack.libraries = {"boto3": "1.99.0", "botocore": "1.99.0", "urllib3": "2.0.0", "python": "3.13.1"}
    found = Hospital(operator, topic, queue)
    found.put_alarm(topic)

    with api_with_a_clock(lambda: datetime.now(UTC) + found.api_is_ahead) as url:
        operator.stack.outputs["ApiUrl"] = url
        yield found


@contextmanager
def api_with_a_clock(clock: Callable[[], datetime]) -> Iterator[str]:
    """The URL of a server whose Date header has the time of this clock."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(clock().timestamp())

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_stack_without_faults(hospital: Hospital) -> None:
    assert hospital.findings() == []
    shown = hospital.operator.run("doctor")
    assert [line.split()[0] for line in shown.out.splitlines()[1:]] == ["ok"] * 10


@pytest.mark.parametrize("name", MUST_BE_SET)
def test_parameter_left_at_its_default(hospital: Hospital, name: str) -> None:
    hospital.stack.parameters[name] = "https://voss.invalid" if name == "VossBaseUrl" else ""
    (found,) = hospital.findings()
    assert found[:2] == ("parameters", name)


@pytest.mark.parametrize("name", [VOSS_SECRET, AXEMA_SECRET])
@pytest.mark.parametrize("options", [{"ForceDeleteWithoutRecovery": True}, {"RecoveryWindowInDays": 7}])
def test_missing_secret(hospital: Hospital, name: str, options: dict[str, Any]) -> None:
    aws_client("secretsmanager").delete_secret(SecretId=name, **options)
    (found,) = hospital.findings()
    assert found[:2] == ("secrets", name)


def test_companies_secrets_in_parameter_store(hospital: Hospital) -> None:
    hospital.stack.parameters["SecretStore"] = "ParameterStore"
    parameter = f"/{AXEMA_SECRET}/None"
    assert [found[:2] for found in hospital.findings()] == [("secrets", parameter), ("secrets", AXEMA_SECRET)]
    aws_client("ssm").put_parameter(Name=parameter, Value="{}", Type="SecureString")
    aws_client("secretsmanager").delete_secret(SecretId=AXEMA_SECRET)
    assert hospital.findings() == []


def test_alarms_without_a_topic(hospital: Hospital) -> None:
    hospital.put_alarm()
    assert hospital.findings() == [("alarm topics", "all 1 alarms", "No alarm notifies a topic.")]


def test_alarm_topic_that_was_deleted(hospital: Hospital) -> None:
    aws_client("sns").delete_topic(TopicArn=hospital.topic)
    assert hospital.findings() == [("alarm topics", hospital.topic, "The alarms' topic does not exist.")]


def test_alarm_topic_without_a_subscriber(hospital: Hospital) -> None:
    (subscription,) = aws_client("sns").list_subscriptions()["Subscriptions"]
    aws_client("sns").unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    (found,) = hospital.findings()
    assert found == ("alarm topics", hospital.topic, "The alarms' topic has no confirmed subscriber.")


def test_topic_of_notices_without_a_subscriber(hospital: Hospital) -> None:
    topic = aws_client("sns").create_topic(Name="notices")["TopicArn"]
    hospital.stack.outputs["UserSyncNoticesTopicArn"] = topic
    (found,) = hospital.findings()
    assert found[:2] == ("notices", topic)
    aws_client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-north-1:123456789012:q")
    assert hospital.findings() == []


def test_webhook_without_its_secret(hospital: Hospital) -> None:
    hospital.stack.parameters["WebhookUrl"] = "https://hooks.example.com/"
    (found,) = hospital.findings()
    assert found[:2] == ("secrets", "bokabridge/dev/webhook")


def test_alarm_that_is_on(hospital: Hospital) -> None:
    aws_client("cloudwatch").set_alarm_state(AlarmName="alarm", StateValue="ALARM", StateReason="test")
    assert hospital.findings() == [("alarms", "alarm", "The alarm is on.")]


def test_dead_letters(hospital: Hospital) -> None:
    for _ in range(2):
        aws_client("sqs").send_message(QueueUrl=hospital.queue, MessageBody="{}")
    (found,) = hospital.findings()
    assert found[:2] == ("dead letters", "VossReconcileDeadLetters")
    assert found[2].startswith("2 dead letters wait.")


@pytest.mark.parametrize(("lease_ended", "findings"), [(timedelta(minutes=1), 1), (timedelta(minutes=-1), 0)])
def test_stuck_job(hospital: Hospital, lease_ended: timedelta, findings: int) -> None:
    client, now = aws_client("dynamodb"), datetime.now(UTC)
    key = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": "SETTINGS"}}
    client.put_item(TableName=USER_SYNC_TABLE, Item={**key, "IsActive": {"BOOL": True}})
    job = new_job(COMPANY_ID, Trigger.Request, now - timedelta(minutes=9), now - lease_ended)
    DynamoJobs(client, USER_SYNC_TABLE).start(job)
    assert [found[:2] for found in hospital.findings()] == [("sync jobs", f"job {job.id}")] * findings


@pytest.mark.parametrize(
    ("age", "disputed", "findings"),
    [(timedelta(minutes=20), False, 1), (timedelta(minutes=10), False, 0), (timedelta(0), True, 1)],
)
def test_usage_that_waits_for_a_person(hospital: Hospital, age: timedelta, disputed: bool, findings: int) -> None:
    ledger = DynamoLedger(aws_client("dynamodb"), USAGE_TABLE)
    usage = new_usage(COMPANY_ID, "key", UsageOrder("A", 1), datetime.now(UTC) - age, Timing())
    ledger.reserve(usage)
    if disputed:
        ledger.change(usage, usage.disputed("VOSS lists it twice.", datetime.now(UTC)))
    assert [found[:2] for found in hospital.findings()] == [("usages", f"usage {usage.id}")] * findings


def test_old_library(hospital: Hospital) -> None:
    hospital.stack.libraries["boto3"] = "1.34.0"
    (found,) = hospital.findings()
    assert found[:2] == ("libraries", "boto3")


def test_function_that_reports_no_libraries(hospital: Hospital) -> None:
    hospital.stack.libraries = {}
    assert {found[:2] for found in hospital.findings()} == {("libraries", "boto3"), ("libraries", "botocore")}


def test_clock_of_the_api_that_is_ahead(hospital: Hospital) -> None:
    hospital.api_is_ahead = timedelta(minutes=2)
    (found,) = hospital.findings()
    assert found[:2] == ("clocks", "the API")


def test_check_that_is_not_permitted_is_a_finding_and_the_others_go_on(hospital: Hospital) -> None:
    hospital.stack.denied = {"ListStackResources"}
    aws_client("secretsmanager").delete_secret(SecretId=VOSS_SECRET, ForceDeleteWithoutRecovery=True)
    found = {check: problem for check, _, problem in hospital.findings()}
    assert set(found) == {"secrets", "alarm topics", "alarms", "dead letters", "libraries"}
    assert found["alarms"].startswith("The check could not be made. These AWS credentials may not call")


def test_findings_say_what_to_do(hospital: Hospital) -> None:
    hospital.put_alarm()
    shown = hospital.operator.run("doctor")
    assert shown.code == 1
    assert "FAULT  alarm topics\n" in shown.out
    assert "→ Set AlarmTopicArn in samconfig.toml and deploy (docs/deploy.md)." in shown.out

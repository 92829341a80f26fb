"""The alarms and the dashboard: each watches a metric that something writes."""

from typing import Any

import pytest

from tests.template import functions, resources
from tests.watched import STACK, Metric, alarms, alarms_on_the_dashboard, on_the_dashboard, watched_by, written

OURS = f"bokabridge/{STACK}"


@pytest.fixture(scope="module")
def ours() -> set[Metric]:
    return written()


@pytest.mark.parametrize("name", [name for name, alarm in alarms().items() if watched_by(alarm)[0].namespace == OURS])
def test_alarm_on_our_own_metric_names_the_dimensions_that_the_code_writes(name: str, ours: set[Metric]) -> None:
    assert [metric for metric in watched_by(alarms()[name]) if metric not in ours] == []


def test_dashboard_names_our_metrics_as_the_code_writes_them(ours: set[Metric]) -> None:
    shown = [metric for metric in on_the_dashboard() if metric.namespace == OURS]
    assert shown
    assert [metric for metric in shown if metric not in ours] == []


def of_type(kind: str) -> list[str]:
    return [name for name, resource in resources().items() if resource["Type"] == kind]


def metric(namespace: str, name: str, **dimensions: str) -> Metric:
    return Metric(f"AWS/{namespace}", name, frozenset(dimensions.items()))


def indexes_of(table: str) -> list[str]:
    return [index["IndexName"] for index in resources()[table]["Properties"].get("GlobalSecondaryIndexes", [])]


HURTING = [
    *(
        metric("States", f"Executions{end}", StateMachineArn="UserSyncStateMachine")
        for end in ("Failed", "TimedOut", "Aborted")
    ),
    *(
        metric("SQS", "ApproximateNumberOfMessagesVisible", QueueName=queue)
        for queue in of_type("AWS::SQS::Queue")
        if "DeadLetters" in queue
    ),
    *(metric("Lambda", name, FunctionName=function) for function in functions() for name in ("Errors", "Throttles")),
    *(
        metric("DynamoDB", f"{kind}ThrottleEvents", TableName=table)
        for table in of_type("AWS::DynamoDB::Table")
        for kind in ("Read", "Write")
    ),
    *(
        metric("DynamoDB", f"{kind}ThrottleEvents", TableName=table, GlobalSecondaryIndexName=index)
        for table in of_type("AWS::DynamoDB::Table")
        for index in indexes_of(table)
        for kind in ("Read", "Write")
    ),
    *(
        Metric(OURS, name, frozenset({("service", "bokabridge")}))
        for name in ("CompaniesOverdue", "UsagesDisputed", "UsagesUnknownTooLong")
    ),
]
"""What hurts, as CloudWatch counts it."""


@pytest.mark.parametrize("hurting", HURTING, ids=lambda each: f"{each.name}-{max(each.dimensions)[1]}")
def test_what_hurts_has_an_alarm(hurting: Metric) -> None:
    assert [name for name, alarm in alarms().items() if hurting in watched_by(alarm)]


@pytest.mark.parametrize("name", alarms())
def test_alarm_notifies_the_topic(name: str) -> None:
    notified = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}
    assert alarms()[name]["AlarmActions"] == notified


@pytest.mark.parametrize("name", alarms())
def test_alarm_does_not_ring_before_its_metric_has_data(name: str) -> None:
    """At the first deployment no metric has data. `missing` leaves a new alarm in its first state."""
    assert alarms()[name]["TreatMissingData"] in ("notBreaching", "missing")


@pytest.mark.parametrize("name", ["VossUnknownTooLongAlarm", "UserSyncOverdueAlarm"])
def test_alarm_on_a_metric_that_never_pauses_notifies_when_its_data_end(name: str) -> None:
    alarm = alarms()[name]
    assert alarm["TreatMissingData"] == "missing"
    assert alarm["InsufficientDataActions"] == alarm["AlarmActions"]


def test_rollback_alarms_alone_watch_a_version() -> None:
    """CodeDeploy rolls back for these. All others watch the whole function."""
    rolling_back = {name for name, alarm in alarms().items() if "AlarmName" in alarm}
    watching = {name for name, alarm in alarms().items() if "ExecutedVersion" in dimension_names(alarm)}
    assert rolling_back == watching


def dimension_names(alarm: dict[str, Any]) -> set[str]:
    return {name for watched in watched_by(alarm) for name, _ in watched.dimensions}


def test_dimensions_refer_to_resources_and_do_not_spell_their_logical_ids() -> None:
    values = [dimension["Value"] for alarm in alarms().values() for dimension in alarm.get("Dimensions", [])]
    assert [value for value in values if isinstance(value, str) and value in resources()] == []


def test_dashboard_shows_the_state_of_every_alarm() -> None:
    assert alarms_on_the_dashboard() == set(alarms())


def test_dashboard_shows_the_messages_of_every_dead_letter_queue() -> None:
    shown = {dict(metric.dimensions)["QueueName"] for metric in on_the_dashboard() if metric.namespace == "AWS/SQS"}
    assert shown == {queue for queue in of_type("AWS::SQS::Queue") if "DeadLetters" in queue}

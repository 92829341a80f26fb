"""`bokabridge logs`: a function's lines of a level and above."""

import json
import time
from typing import Any

import pytest

from tests.aws_account import STACK
from tests.dynamodb import aws_client
from tests.unit.admin.conftest import Operator

LINES: list[Any] = [
    {"level": "INFO", "message": "step done", "timestamp": "t1", "location": "somewhere"},
    {"_aws": {}, "Failures": [1]},
    "START RequestId: 1 Version: 1",
    {"level": "ERROR", "message": "step failed", "company_id": "c", "exception_name": "KeyError", "exception": "Anna"},
    {"time": "t3", "type": "platform.report", "record": {"status": "timeout"}},
    {"time": "t4", "type": "platform.report", "record": {"status": "success"}},
    {"time": "t5", "type": "platform.start", "record": {}},
    "Runtime exited",
]


@pytest.fixture
def lines(operator: Operator) -> Operator:
    logs, group = aws_client("logs"), f"/bokabridge/{STACK}/usersync-page"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    now = int(time.time() * 1000)
    texts = [line if isinstance(line, str) else json.dumps(line) for line in LINES]
    events: Any = [{"timestamp": now - 1000 + number, "message": text} for number, text in enumerate(texts)]
    events.insert(0, {"timestamp": now - 3_700_000, "message": json.dumps({"level": "ERROR", "message": "old"})})
    logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)
    return operator


def messages(operator: Operator, *options: str) -> list[str]:
    return [line["Message"] for line in operator.run("logs", "usersync-page", *options, "--json").json]


def test_lines_of_the_last_hour_without_metrics_and_lambdas_own(lines: Operator) -> None:
    assert messages(lines) == ["step done", "step failed", "the invocation ended with: timeout", "Runtime exited"]


def test_level_and_time_choose_lines(lines: Operator) -> None:
    assert messages(lines, "--level", "error") == ["step failed", "the invocation ended with: timeout"]
    assert messages(lines, "--level", "error", "--minutes", "120")[0] == "old"


def test_table_has_the_lines_own_fields_and_no_text_of_an_exception(lines: Operator) -> None:
    shown = lines.run("logs", "usersync-page", "--level", "error")
    assert (shown.code, "KeyError" in shown.out, "Anna" in shown.out) == (0, True, False)
    assert "Anna" in lines.run("logs", "usersync-page", "--json").out


def test_unknown_log_group_is_a_sentence_with_those_that_exist(lines: Operator) -> None:
    refused = lines.run("logs", "nothing")
    assert (refused.code, refused.err) == (4, "The stack has no log group nothing. There are usersync-page.\n")

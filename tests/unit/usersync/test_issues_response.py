"""The response with a job's issues."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.operations.usersync import issues_response
from bokabridge.usersync.job import Trigger, new_job

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(("trigger", "name"), [(Trigger.Request, "Request"), (Trigger.Schedule, "Schedule")])
def test_issues_response_names_the_cause_of_the_sync(trigger: Trigger, name: str) -> None:
    job = new_job("company", trigger, NOON, NOON + timedelta(minutes=5))
    body = json.loads(issues_response(job, []).to_json())
    assert list(body) == ["UsersUnchanged", "UsersSkipped", "Trigger", "Results"]
    assert body["Trigger"] == name

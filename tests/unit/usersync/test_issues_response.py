"""The response with a job's issues."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bokabridge.operations.usersync import issues_response, job_response
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Trigger, new_job

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def pending(trigger: Trigger = Trigger.Request) -> SyncJob:
    return new_job("company", trigger, NOON, LATER)


def body(job: SyncJob) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(issues_response(job, []).to_json())
    return found


@pytest.mark.parametrize(("trigger", "name"), [(Trigger.Request, "Request"), (Trigger.Schedule, "Schedule")])
def test_issues_response_names_the_cause_of_the_sync(trigger: Trigger, name: str) -> None:
    assert body(pending(trigger))["Trigger"] == name


def test_issues_response_leaves_out_what_is_not_known_yet() -> None:
    assert body(pending()) == {
        "UsersUnchanged": 0,
        "UsersSkipped": 0,
        "Trigger": "Request",
        "SystemChanged": False,
        "DryRun": False,
        "Force": False,
        "UsersHeld": 0,
        "Results": [],
    }


def test_issues_response_says_what_the_jobs_own_response_has_no_member_for() -> None:
    job = replace(
        pending(),
        status=JobStatus.Processing,
        counters=Counters(found=8, unchanged=4, skipped=1, held=3),
        missing=2,
        started_at=NOON,
        completed_at=LATER,
        waiting="Axema is away.",
        system_changed=True,
        is_preview=True,
        is_forced=True,
        held_reason="Too many.",
    )
    assert body(job) == {
        "UsersUnchanged": 4,
        "UsersSkipped": 1,
        "UsersMissing": 2,
        "Trigger": "Request",
        "StartedDate": "2026-11-21T12:00:00Z",
        "CompletedDate": "2026-11-21T12:05:00Z",
        "Waiting": "Axema is away.",
        "SystemChanged": True,
        "DryRun": True,
        "Force": True,
        "UsersHeld": 3,
        "HeldReason": "Too many.",
        "Results": [],
    }


def test_jobs_own_response_has_the_members_of_the_contract_and_no_other() -> None:
    job = replace(pending(), counters=Counters(), error="Why.", started_at=NOON, completed_at=LATER, waiting="Away.")
    assert list(json.loads(job_response(job).to_json())) == [
        "Id",
        "CompanyId",
        "Status",
        "StatusName",
        "UsersFound",
        "UsersCreated",
        "UsersUpdated",
        "ErrorMessage",
        "CreatedDate",
        "UpdatedDate",
    ]

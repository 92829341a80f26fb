"""Notices: what those who watch a company's syncs learn, once when syncs begin to fail and once when they work again.

The transaction that gives a job its final status stores the notice. Publishing it comes later (publish.py), and may be
repeated. A job causes at most one notice, so the job's id identifies it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bokabridge.dates import format_date
from bokabridge.usersync.job import JobStatus
from bokabridge.usersync.standing import PAUSE_AFTER

PAUSES_LATER = (
    f"If Axema rejects the credentials {PAUSE_AFTER} times in a row, scheduled syncs are paused until the Axema "
    "settings are saved, or tested with success."
)
RESUMED = "Scheduled syncs were paused. They start again."


class Event(StrEnum):
    """The two events that are notified."""

    Failed = "SyncFailed"
    Recovered = "SyncRecovered"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. `at` is when the job ended. `error` is the job's message if it failed.

    `failures` is the number of failed syncs in a row: 1 for SyncFailed, and those before the sync for SyncRecovered.
    `schedule` is a sentence about the schedule, if there is something to say.
    """

    company_id: str
    job_id: str
    event: Event
    at: datetime
    failures: int
    error: str | None = None
    schedule: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as it is published: a subject in plain English, a JSON body, and the attributes for filters."""

    subject: str
    body: str
    attributes: Mapping[str, str]


def message_of(notice: Notice, link: str) -> Message:
    """The notice as it is published, without personal data. `link` is the job's URL.

    Members without a value are left out of the body.
    """
    failed = notice.event is Event.Failed
    members = {
        "Event": notice.event,
        "CompanyId": notice.company_id,
        "JobId": notice.job_id,
        "StatusName": (JobStatus.Failed if failed else JobStatus.Completed).name,
        "ErrorMessage": notice.error,
        "CompletedDate": format_date(notice.at),
        "FailuresInRow": notice.failures,
        "Schedule": notice.schedule,
        "Link": link,
    }
    body = {name: value for name, value in members.items() if value is not None}
    what = "failed" if failed else "works again"
    return Message(
        subject=f"bokabridge: the user sync of company {notice.company_id} {what}",
        body=json.dumps(body, ensure_ascii=False),
        attributes={"CompanyId": notice.company_id, "Event": notice.event},
    )

"""Companies whose last completed sync is older than their schedule allows."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bokabridge.settings.ports import Schedules
from bokabridge.settings.schedule import runs_after
from bokabridge.usersync.ports import JobStore
from bokabridge.usersync.read import last_completed

LONGEST_RUN = timedelta(hours=6)
"""The state machine ends a run after this time. A scheduled sync that has not completed before that has failed."""


def list_overdue(*, schedules: Schedules, jobs: JobStore, now: datetime, flexible: timedelta) -> Collection[str]:
    """The ids of the companies for which a scheduled start lies longer back than a sync may take.

    A start counts if it came after the company's last completed sync and after the last change of its schedule.
    EventBridge Scheduler may start a sync up to `flexible` late. Raises RetriableError.
    """
    latest_start = now - flexible - LONGEST_RUN
    overdue = []
    for schedule in schedules.all():
        completed = last_completed(schedule.company_id, jobs)
        last = max(schedule.changed_at, (completed and completed.completed_at) or schedule.changed_at)
        runs = runs_after(schedule.expression, schedule.timezone, schedule.changed_at, last)
        if next(runs, latest_start) < latest_start:
            overdue.append(schedule.company_id)
    return overdue

"""Checks of what happens now: dead letters, jobs and usages that wait for a person, libraries, clocks."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from admin.checks.finding import Finding
from bokabridge.voss.usage import OpenUsage
from bokabridge.wiring.operator import Queue, RunningJob

UNSETTLED_FOR = timedelta(minutes=15)
"""The same as VossUnknownTooLongAlarm's."""

CLOCK_TOLERANCE_SECONDS = 30
"""Half of what the authorizer tolerates between its clock and the identity server's."""

_LETTERS = {
    "UserSyncCloseDeadLetters": "Syncs ended without being closed. Their locks expire with their leases",
    "UserSyncScheduleDeadLetters": "Scheduled syncs did not start. The next one makes up for them",
    "CustomersRemovedDeadLetters": "Removed customers were not noted. They stay away until a sync compares everybody",
    "UserSyncNotifyDeadLetters": "Notices were not published. They are in UserSyncTable for 90 days",
    "WebhookDeadLetters": "The webhook did not accept notices. Move them back with SQS's redrive once it does",
    "VossReconcileDeadLetters": "Reconciliations did not run. The next one makes up for them",
}


def dead_letters(queues: Sequence[Queue]) -> list[Finding]:
    """Queues with messages in them."""
    return [
        Finding(
            queue.name,
            f"{queue.messages} dead letters wait. {_LETTERS.get(queue.name, 'Some events were not processed')}.",
            "Read the function's log, correct the cause, then: bokabridge dead-letters redrive "
            f"{queue.name} (docs/runbook.md#dead-letters)",
        )
        for queue in queues
        if queue.messages
    ]


def stuck_jobs(running: Sequence[RunningJob], now: datetime) -> list[Finding]:
    """Jobs whose lease is over: their workers have died."""
    return [
        Finding(
            f"job {job.job_id}",
            f"The sync of company {job.company_id} has died: its lease ended at {job.lease_until:%Y-%m-%d %H:%M} UTC.",
            f"Start another one, which takes its lock over: bokabridge sync start --company {job.company_id}",
        )
        for job in running
        if job.lease_until < now
    ]


def open_usages(unsettled: Sequence[OpenUsage], disputed: Sequence[OpenUsage], now: datetime) -> list[Finding]:
    """Usages that are unknown for too long, and usages that a person has to settle."""
    late = [usage for usage in unsettled if usage.since < now - UNSETTLED_FOR]
    return [
        *(
            Finding(
                f"usage {usage.usage_id}",
                f"It has not been known for more than 15 minutes whether company {usage.company_id}'s usage is billed.",
                "Look at VOSS, then at the reconciler's log (docs/runbook.md#voss-unknown).",
            )
            for usage in late
        ),
        *(
            Finding(
                f"usage {usage.usage_id}",
                f"The usage of company {usage.company_id} is disputed.",
                "Compare it with VOSS's bill, then: bokabridge usage settle "
                f"{usage.usage_id} billed|not-billed --company {usage.company_id}",
            )
            for usage in disputed
        ),
    ]


def old_libraries(versions: Mapping[str, str], oldest: Mapping[str, str]) -> list[Finding]:
    """Libraries of the runtime that are older than the oldest that we test with."""
    return [
        Finding(
            name,
            f"The functions run with {name} {versions.get(name, '(unknown)')}; our tests begin at {minimum}.",
            "Let Lambda update the runtime (runtime management: Auto), or deploy again.",
        )
        for name, minimum in sorted(oldest.items())
        if _numbers(versions.get(name, "")) < _numbers(minimum)
    ]


def clock_skew(ahead_of: Mapping[str, timedelta]) -> list[Finding]:
    """Clocks that differ from this machine's. `ahead_of` says how far ahead this machine is, by the other's name."""
    return [
        Finding(
            name,
            f"This machine's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} it.",
            "Let this machine set its clock by NTP. AWS refuses requests that are 5 minutes off.",
        )
        for name, ahead in ((name, difference.total_seconds()) for name, difference in ahead_of.items())
        if abs(ahead) > CLOCK_TOLERANCE_SECONDS
    ]


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]

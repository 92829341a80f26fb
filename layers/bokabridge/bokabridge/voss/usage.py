"""A usage in the ledger: the caller's order, its state and its outcome. Every change of state is a new value."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bokabridge.errors import Refusal
from bokabridge.ids import uuid7


class UsageState(StrEnum):
    """The state of a usage. Sent and Rejected are final."""

    Pending = "Pending"
    """VOSS certainly does not have the usage, and no sender is at work. A request with the same key may send it."""
    Sending = "Sending"
    """One sender has claimed the usage and may have posted it."""
    Sent = "Sent"
    """VOSS has the usage, once; its result is stored."""
    Rejected = "Rejected"
    """VOSS refused the usage for good."""
    Unknown = "Unknown"
    """A sender posted the usage without a clear response. The reconciler finds out whether VOSS has it."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The periods after a claim in which its sender may post, and after which others may settle the usage.

    A POST begins within `send_window` of the claim or not at all. After `settle_after`, no POST of that claim can still
    be in progress: the period is longer than a function can run, and leaves VOSS time to finish what it has received.
    """

    send_window: timedelta = timedelta(seconds=8)
    settle_after: timedelta = timedelta(seconds=80)

    def __post_init__(self) -> None:
        if self.settle_after < 2 * self.send_window:
            raise ValueError("settle_after leaves no room between the last possible POST and the read-back.")


@dataclass(frozen=True, slots=True)
class UsageOrder:
    """The article and the quantity to bill. They never change: every POST of a record sends exactly these."""

    article_number: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Usage:
    """A record of the ledger.

    `id` is also VOSS's reference for the usage; `key` is the caller's Idempotency-Key. `attempt` counts claims and is
    the fence: a write that does not name the newest attempt changes nothing. `claimed_at` is the time of the newest
    claim. Two fields are set in Sending and Unknown only: `due_at`, from when the reconciler may settle the usage, and
    `unsettled_since`. `result_json` is VOSS's CreateSubscriptionProductGroupResult; `reason` is a sentence.
    """

    id: str
    company_id: str
    key: str
    order: UsageOrder
    state: UsageState
    attempt: int
    created_at: datetime
    updated_at: datetime
    claimed_at: datetime
    due_at: datetime | None = None
    unsettled_since: datetime | None = None
    result_json: str | None = None
    refusal: Refusal | None = None
    reason: str | None = None

    def claimed(self, now: datetime, timing: Timing) -> "Usage":
        """The usage with its next attempt. The sender that stores this value owns the attempt."""
        return replace(
            self,
            state=UsageState.Sending,
            attempt=self.attempt + 1,
            updated_at=now,
            claimed_at=now,
            due_at=now + timing.settle_after,
            unsettled_since=self.unsettled_since or now,
            reason=None,
        )

    def sent(self, result_json: str, now: datetime) -> "Usage":
        """VOSS has the usage."""
        return self._settled(replace(self, state=UsageState.Sent, result_json=result_json, reason=None), now)

    def rejected(self, refusal: Refusal, reason: str, now: datetime) -> "Usage":
        """VOSS refused the usage for good."""
        return self._settled(replace(self, state=UsageState.Rejected, refusal=refusal, reason=reason), now)

    def not_sent(self, reason: str, now: datetime) -> "Usage":
        """VOSS certainly does not have the usage, and the caller may send it again."""
        return self._settled(replace(self, state=UsageState.Pending, reason=reason), now)

    def unknown(self, reason: str, now: datetime, due_at: datetime | None = None) -> "Usage":
        """VOSS may have the usage. By default the claim's `due_at` stays: VOSS may still be working on the POST."""
        return replace(self, state=UsageState.Unknown, reason=reason, updated_at=now, due_at=due_at or self.due_at)

    def is_due(self, now: datetime) -> bool:
        """True if the usage is unsettled and no POST of it can still be in progress."""
        return self.due_at is not None and self.due_at <= now

    @staticmethod
    def _settled(usage: "Usage", now: datetime) -> "Usage":
        return replace(usage, updated_at=now, due_at=None, unsettled_since=None)


def new_usage(company_id: str, key: str, order: UsageOrder, now: datetime, timing: Timing) -> Usage:
    """A new record. Its maker has already claimed it, so one write precedes the POST."""
    return Usage(
        id=uuid7(now),
        company_id=company_id,
        key=key,
        order=order,
        state=UsageState.Sending,
        attempt=1,
        created_at=now,
        updated_at=now,
        claimed_at=now,
        due_at=now + timing.settle_after,
        unsettled_since=now,
    )


@dataclass(frozen=True, slots=True)
class UsageQuery:
    """Usages in `state`, created at or after `since` and before `until`. None sets no limit."""

    state: UsageState | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An entry in the ledger's list of unsettled usages. It has been unsettled since `since`."""

    company_id: str
    usage_id: str
    due_at: datetime
    since: datetime

"""A usage in the ledger: what was asked for, and what became of it. Every change of state is made here, as a value."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bokabridge.errors import Refusal
from bokabridge.ids import uuid7


class UsageState(StrEnum):
    """Where a usage stands. Sent and Rejected are final."""

    Pending = "Pending"
    """Certainly not at VOSS; nobody is sending it. The same key may send it."""
    Sending = "Sending"
    """Claimed by one sender, who may have posted it."""
    Sent = "Sent"
    """VOSS has it, once, and this is its answer."""
    Rejected = "Rejected"
    """VOSS refused it for good."""
    Unknown = "Unknown"
    """It was posted and nobody knows what VOSS did; the reconciler finds out."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a claimed usage may be posted, and when it may be settled by somebody else.

    A POST begins within `send_window` of the claim or not at all. `settle_after` the claim, no POST of that claim can
    still be under way: it is longer than a function can run, and leaves VOSS time to finish what it has received.
    """

    send_window: timedelta = timedelta(seconds=8)
    settle_after: timedelta = timedelta(seconds=80)

    def __post_init__(self) -> None:
        if self.settle_after < 2 * self.send_window:
            raise ValueError("settle_after leaves no room between the last possible POST and the read-back.")


@dataclass(frozen=True, slots=True)
class UsageOrder:
    """What is to be billed. It is frozen when the record is made; every POST of the record sends exactly this."""

    article_number: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Usage:
    """A record of the ledger.

    `id` is also the reference under which VOSS gets the usage; `key` is the caller's Idempotency-Key. `attempt` counts
    claims and is the fence: who does not name the newest attempt changes nothing. `claimed_at` is when the newest claim
    was made; `due_at` (Sending and Unknown only) when the reconciler may look at it, `unsettled_since` since when it
    has been neither. `answer` is VOSS's CreateSubscriptionProductGroupResult as JSON; `reason` a sentence.
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
    answer: str | None = None
    refusal: Refusal | None = None
    reason: str | None = None

    def claimed(self, now: datetime, timing: Timing) -> "Usage":
        """The usage with its next attempt, which belongs to whoever stores this."""
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

    def sent(self, answer: str, now: datetime) -> "Usage":
        """VOSS has it."""
        return self._settled(replace(self, state=UsageState.Sent, answer=answer, reason=None), now)

    def rejected(self, refusal: Refusal, reason: str, now: datetime) -> "Usage":
        """VOSS does not want it."""
        return self._settled(replace(self, state=UsageState.Rejected, refusal=refusal, reason=reason), now)

    def not_sent(self, reason: str, now: datetime) -> "Usage":
        """VOSS certainly does not have it, and the caller is told to send it again."""
        return self._settled(replace(self, state=UsageState.Pending, reason=reason), now)

    def unknown(self, reason: str, now: datetime, due_at: datetime | None = None) -> "Usage":
        """VOSS may have it. Without a `due_at` the claim's stays: VOSS may still be working on the POST."""
        return replace(self, state=UsageState.Unknown, reason=reason, updated_at=now, due_at=due_at or self.due_at)

    def is_due(self, now: datetime) -> bool:
        """True when the usage is unsettled and no POST of it can be under way any more."""
        return self.due_at is not None and self.due_at <= now

    @staticmethod
    def _settled(usage: "Usage", now: datetime) -> "Usage":
        return replace(usage, updated_at=now, due_at=None, unsettled_since=None)


def new_usage(company_id: str, key: str, order: UsageOrder, now: datetime, timing: Timing) -> Usage:
    """A record that is claimed by its maker from the start: storing it is all that stands before the POST."""
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
class UsagePage:
    """A window of a company's usages: `total` counts all that match, `results` are those from `offset` on."""

    offset: int
    total: int
    results: list[Usage]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An entry of the ledger's list of open questions."""

    company_id: str
    usage_id: str
    due_at: datetime
    since: datetime

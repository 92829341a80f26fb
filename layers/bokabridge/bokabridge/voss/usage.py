"""A usage in the ledger: the caller's order, its state and its outcome. Every change of state is a new value."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bokabridge.errors import Refusal
from bokabridge.ids import uuid7
from bokabridge.voss.timing import Timing


class UsageState(StrEnum):
    """The state of a usage. Sent and Rejected are final; only a person can end Disputed."""

    Pending = "Pending"
    """VOSS certainly does not have the usage, and no sender is at work. A request with the same key may send it."""
    Sending = "Sending"
    """One sender has claimed the usage and may have posted it."""
    Sent = "Sent"
    """VOSS has the usage, once."""
    Rejected = "Rejected"
    """VOSS refused the usage for good, or a person decided that it is not billed."""
    Unknown = "Unknown"
    """A sender posted the usage without a clear response. The reconciler finds out whether VOSS has it."""
    Disputed = "Disputed"
    """VOSS's answers do not say whether it has the usage, or has it once. A person settles it; nothing posts it."""


class SettlementOutcome(StrEnum):
    """A person's decision about a disputed usage."""

    Billed = "Billed"
    NotBilled = "NotBilled"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The decision, its reason in a person's words, the person's id at the identity server, and the time."""

    outcome: SettlementOutcome
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UsageOrder:
    """The article and the quantity to bill. They never change: every POST of a record sends exactly these."""

    article_number: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Usage:
    """A record of the ledger.

    `id` is also VOSS's reference for the usage; `key` is the caller's Idempotency-Key. `attempt` counts claims, and
    `revision` counts changes. Both are fences: a write that does not name the newest ones changes nothing. `posts`
    counts the POSTs that VOSS may have carried out. `claimed_at` is the time of the newest claim. Two fields are set in
    Sending and Unknown only: `due_at`, from when the reconciler may settle the usage, and `unsettled_since`, which a
    disputed usage keeps.

    `is_acknowledged` is True once VOSS has answered a POST with a 2xx or a 409; then the usage is not posted again.
    `was_answered` is True once VOSS has answered any POST; then a read-back comes before another one. `result_json` is
    VOSS's CreateSubscriptionProductGroupResult, `raw_answer` an answer that is not one; `reason` is a sentence.
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
    revision: int = 0
    posts: int = 1
    is_acknowledged: bool = False
    was_answered: bool = False
    raw_answer: str | None = None
    settlement: Settlement | None = None

    def claimed(self, now: datetime, timing: Timing) -> "Usage":
        """The usage with its next attempt. The sender that stores this value owns the attempt."""
        return self._changed(
            now,
            state=UsageState.Sending,
            attempt=self.attempt + 1,
            posts=self.posts + 1,
            claimed_at=now,
            due_at=now + timing.settle_after,
            unsettled_since=self.unsettled_since or now,
        )

    def sent(
        self, result_json: str | None, now: datetime, *, raw_answer: str | None = None, note: str | None = None
    ) -> "Usage":
        """VOSS has the usage."""
        return self._settled(
            now, state=UsageState.Sent, result_json=result_json, raw_answer=raw_answer, reason=note, refusal=None
        )

    def rejected(self, refusal: Refusal, reason: str, now: datetime) -> "Usage":
        """VOSS refused the usage for good."""
        return self._settled(now, state=UsageState.Rejected, refusal=refusal, reason=reason)

    def not_sent(self, reason: str, now: datetime, *, was_answered: bool = False) -> "Usage":
        """VOSS certainly does not have the usage, and the caller may send it again."""
        was_answered = was_answered or self.was_answered
        return self._settled(
            now, state=UsageState.Pending, posts=self.posts - 1, was_answered=was_answered, reason=reason
        )

    def still_owed(self, reason: str, now: datetime, *, was_answered: bool = False) -> "Usage":
        """VOSS certainly did not get this attempt, but a caller has been promised that we settle the usage."""
        was_answered = was_answered or self.was_answered
        return self._changed(
            now, state=UsageState.Unknown, posts=self.posts - 1, was_answered=was_answered, reason=reason
        )

    def unknown(self, reason: str | None, now: datetime, due_at: datetime | None = None) -> "Usage":
        """VOSS may have the usage. By default the claim's `due_at` stays: VOSS may still be working on the POST."""
        return self._changed(now, state=UsageState.Unknown, reason=reason, due_at=due_at or self.due_at)

    def acknowledged(
        self, reason: str | None, now: datetime, due_at: datetime, *, raw_answer: str | None, result_json: str | None
    ) -> "Usage":
        """VOSS says that it has the usage, and a read-back has to confirm it. It is not posted again."""
        return self._changed(
            now,
            state=UsageState.Unknown,
            is_acknowledged=True,
            was_answered=True,
            posts=max(1, self.posts),
            reason=reason,
            raw_answer=raw_answer or self.raw_answer,
            result_json=result_json or self.result_json,
            due_at=due_at,
            unsettled_since=self.unsettled_since or now,
        )

    def disputed(self, reason: str, now: datetime, raw_answer: str | None = None) -> "Usage":
        """VOSS's answers do not settle the usage. A person has to."""
        raw_answer = raw_answer or self.raw_answer
        return self._changed(now, state=UsageState.Disputed, reason=reason, raw_answer=raw_answer, due_at=None)

    def settled_by(self, settlement: Settlement) -> "Usage":
        """A person's decision about a disputed usage. It is final."""
        if settlement.outcome is SettlementOutcome.Billed:
            return self._settled(settlement.at, state=UsageState.Sent, settlement=settlement)
        return self._settled(
            settlement.at, state=UsageState.Rejected, refusal=Refusal.Unprocessable, settlement=settlement
        )

    def is_due(self, now: datetime) -> bool:
        """True if the usage is unsettled and no POST of it can still be in progress."""
        return self.due_at is not None and self.due_at <= now

    def _settled(self, now: datetime, **changes: Any) -> "Usage":
        return self._changed(now, due_at=None, unsettled_since=None, **changes)

    def _changed(self, now: datetime, **changes: Any) -> "Usage":
        return replace(self, updated_at=now, revision=self.revision + 1, **changes)


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
class OpenUsage:
    """An entry in the ledger's list of unsettled or of disputed usages.

    The usage has been unsettled since `since`. `due_at` is the time from which the reconciler looks at it, or at which
    it became disputed.
    """

    company_id: str
    usage_id: str
    due_at: datetime
    since: datetime

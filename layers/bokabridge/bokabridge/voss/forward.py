"""Forwarding a usage. However many requests ask for it, even at the same time, one sender posts it.

A caller gets a promise only after the ledger has confirmed, by a write or a read, the record that keeps it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bokabridge.clock import Clock
from bokabridge.errors import (
    KeyReused,
    LedgerUnavailable,
    Refusal,
    RetriableError,
    UsageDisputed,
    UsageInProgress,
    UsageNotBilled,
    UsageNotSent,
    UsageRejected,
    UsageUnknown,
)
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageOrder, UsageState, new_usage

RETRY_WHILE_SENDING_SECONDS = 2
RETRY_WHILE_UNKNOWN_SECONDS = 60
RETRY_WHEN_NOT_SENT_SECONDS = 5
"""The Retry-After that a caller gets."""

_UNKNOWN = (
    "VOSS has not confirmed the usage yet. We keep asking VOSS and settle the usage; do not send it under another key. "
    "Get the usage by its id, or repeat the request with the same Idempotency-Key."
)
_NOT_SENT = "The usage was not sent and is not billed. Repeat the request with the same Idempotency-Key."
_UNAVAILABLE = (
    "The ledger is unavailable; whether the usage is recorded is not known. "
    "Repeat the request with the same Idempotency-Key."
)
_DISPUTED = (
    "It is not certain whether the usage is billed, and a person has to settle it. Nobody sends it until then; do not "
    "send it under another key. Get the usage by its id to see the decision."
)
_NOT_BILLED = "A person decided that the usage is not billed. Use a new key if it has to be billed after all."


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A usage that VOSS has. `replayed` is True if an earlier request with the same key sent it."""

    usage: Usage
    replayed: bool


@dataclass(frozen=True, slots=True)
class UsageForwarder:
    """The use case behind `POST /voss/usage`."""

    ledger: UsageLedger
    sender: Sender
    clock: Clock
    timing: Timing

    def forward(self, company_id: str, key: str, order: UsageOrder) -> Forwarded:
        """Sends a usage to VOSS. A repeated request returns the outcome of the first instead.

        Raises KeyReused, UsageInProgress, UsageRejected, UsageNotSent, UsageUnknown, UsageDisputed, UsageNotBilled or
        LedgerUnavailable.
        """
        now = self.clock()  # before any slow step: the claim must never look younger than it is
        usage = new_usage(company_id, key, order, now, self.timing)
        with _or_unavailable(None):
            existing = self.ledger.reserve(usage)
        if existing is None:
            return self._send(usage)
        if existing.order != order:
            raise KeyReused("The Idempotency-Key belongs to another usage. Use a new key for each usage.", existing.id)
        if existing.state is UsageState.Pending:
            claimed = existing.claimed(now, self.timing)
            with _or_unavailable(existing):
                is_ours = self.ledger.change(existing, claimed)
            if not is_ours:
                raise _in_progress(existing)
            return self._send(claimed)
        if existing.state is UsageState.Sending:
            return _forwarded(self._given_up(existing), replayed=True)
        return _forwarded(existing, replayed=True)

    def _given_up(self, sending: Usage) -> Usage:
        """The usage of a dead sender, as Unknown. Raises UsageInProgress while the sender may be alive.

        Unknown promises the caller that we settle the usage, so the ledger records it before the response goes out. If
        the sender was only held up, it can then no longer hand the usage back as not sent.
        """
        now = self.clock()
        unknown = sending.unknown("The sender stopped before it recorded the outcome.", now)
        with _or_unavailable(sending):
            is_recorded = sending.is_due(now) and self.ledger.change(sending, unknown)
        if not is_recorded:
            raise _in_progress(sending)
        return unknown

    def _send(self, claimed: Usage) -> Forwarded:
        with _or_unavailable(claimed):
            usage = self.sender.send(claimed, is_owed=False)
        return _forwarded(usage, replayed=False)


@contextmanager
def _or_unavailable(usage: Usage | None) -> Iterator[None]:
    """Turns a ledger that confirmed nothing into LedgerUnavailable. `usage` is a record that certainly exists."""
    try:
        yield
    except RetriableError as error:
        usage_id = usage.id if usage else None
        raise LedgerUnavailable(_UNAVAILABLE, usage_id, retry_after_seconds=RETRY_WHEN_NOT_SENT_SECONDS) from error


def _forwarded(usage: Usage, *, replayed: bool) -> Forwarded:
    """The usage if VOSS has it. Raises the error that explains any other state to the caller."""
    match usage.state:
        case UsageState.Sent:
            return Forwarded(usage, replayed)
        case UsageState.Rejected if usage.settlement is not None:
            raise UsageNotBilled(_with_reason(usage, _NOT_BILLED), usage.id, replayed=replayed)
        case UsageState.Rejected:
            refusal = usage.refusal or Refusal.Unprocessable
            raise UsageRejected(usage.reason or "VOSS refused the usage.", usage.id, refusal, replayed=replayed)
        case UsageState.Pending:
            message = _with_reason(usage, _NOT_SENT)
            raise UsageNotSent(message, usage.id, retry_after_seconds=RETRY_WHEN_NOT_SENT_SECONDS)
        case UsageState.Disputed:
            raise UsageDisputed(_with_reason(usage, _DISPUTED), usage.id, replayed=replayed)
        case UsageState.Sending | UsageState.Unknown:
            message = _with_reason(usage, _UNKNOWN)
            raise UsageUnknown(message, usage.id, replayed=replayed, retry_after_seconds=RETRY_WHILE_UNKNOWN_SECONDS)


def _with_reason(usage: Usage, sentence: str) -> str:
    return f"{usage.reason} {sentence}" if usage.reason else sentence


def _in_progress(usage: Usage) -> UsageInProgress:
    return UsageInProgress(
        "An earlier request with this Idempotency-Key is still in progress. Repeat the request in a moment.",
        usage.id,
        retry_after_seconds=RETRY_WHILE_SENDING_SECONDS,
    )

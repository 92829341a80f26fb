"""Forwarding a usage. It is billed at most once, however many requests ask for it, even at the same time."""

from dataclasses import dataclass

from bokabridge.clock import Clock
from bokabridge.errors import (
    KeyReused,
    Refusal,
    RetriableError,
    UsageInProgress,
    UsageNotSent,
    UsageRejected,
    UsageUnknown,
)
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing, Usage, UsageOrder, UsageState, new_usage

RETRY_WHILE_SENDING_SECONDS = 2
RETRY_WHILE_UNKNOWN_SECONDS = 60
RETRY_WHEN_NOT_SENT_SECONDS = 5
"""The Retry-After that a caller gets."""

_UNKNOWN = (
    "VOSS did not confirm the usage. We will settle it within minutes and never bill it twice. "
    "Get the usage by its id, or repeat the request with the same Idempotency-Key."
)
_NOT_SENT = "The usage was not sent and is not billed. Repeat the request with the same Idempotency-Key."


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

        Raises KeyReused, UsageInProgress, UsageRejected, UsageNotSent or UsageUnknown.
        """
        now = self.clock()  # before any slow step: the claim must never look younger than it is
        usage = new_usage(company_id, key, order, now, self.timing)
        try:
            existing = self.ledger.reserve(usage)
        except RetriableError as error:
            raise UsageNotSent(_NOT_SENT, retry_after_seconds=RETRY_WHEN_NOT_SENT_SECONDS) from error
        if existing is None:
            return self._send(usage)
        if existing.order != order:
            raise KeyReused("The Idempotency-Key belongs to another usage. Use a new key for each usage.", existing.id)
        if existing.state is UsageState.Pending:
            claimed = existing.claimed(now, self.timing)
            if not self.ledger.change(existing, claimed):
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
        if not sending.is_due(now) or not self.ledger.change(sending, unknown):
            raise _in_progress(sending)
        return unknown

    def _send(self, claimed: Usage) -> Forwarded:
        try:
            usage = self.sender.send(claimed, is_owed=False)
        except RetriableError as error:
            raise UsageUnknown(_UNKNOWN, claimed.id, retry_after_seconds=RETRY_WHILE_UNKNOWN_SECONDS) from error
        return _forwarded(usage, replayed=False)


def _forwarded(usage: Usage, *, replayed: bool) -> Forwarded:
    """The usage if VOSS has it. Raises the error that explains any other state to the caller."""
    match usage.state:
        case UsageState.Sent:
            return Forwarded(usage, replayed)
        case UsageState.Rejected:
            refusal = usage.refusal or Refusal.Unprocessable
            raise UsageRejected(usage.reason or "VOSS refused the usage.", usage.id, refusal, replayed=replayed)
        case UsageState.Pending:
            message = f"{usage.reason} {_NOT_SENT}" if usage.reason else _NOT_SENT
            raise UsageNotSent(message, usage.id, retry_after_seconds=RETRY_WHEN_NOT_SENT_SECONDS)
        case UsageState.Sending | UsageState.Unknown:
            raise UsageUnknown(_UNKNOWN, usage.id, replayed=replayed, retry_after_seconds=RETRY_WHILE_UNKNOWN_SECONDS)


def _in_progress(usage: Usage) -> UsageInProgress:
    return UsageInProgress(
        "An earlier request with this Idempotency-Key is still in progress. Repeat the request in a moment.",
        usage.id,
        retry_after_seconds=RETRY_WHILE_SENDING_SECONDS,
    )

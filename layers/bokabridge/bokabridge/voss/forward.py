"""Forwarding a usage: at most once onto the bill, however often and however many at once ask for it."""

from dataclasses import dataclass

from bokabridge.errors import (
    KeyReused,
    Refusal,
    RetriableError,
    UsageInProgress,
    UsageNotSent,
    UsageRejected,
    UsageUnknown,
)
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Usage, UsageOrder, UsageState, new_usage

ASK_AGAIN_WHILE_SENDING = 2
ASK_AGAIN_WHILE_UNKNOWN = 60
ASK_AGAIN_WHEN_NOT_SENT = 5
"""Seconds that a caller is told to wait."""

_UNKNOWN = (
    "VOSS did not say whether it took the usage. It will be settled within minutes and is never billed twice: "
    "ask for the usage by its id, or repeat the request with the same Idempotency-Key."
)
_NOT_SENT = "The usage was not sent and is not billed. Repeat the request with the same Idempotency-Key."


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A usage that VOSS has; `replayed` when an earlier request with the same key had brought it there."""

    usage: Usage
    replayed: bool


def forward_usage(company_id: str, key: str, order: UsageOrder, *, sender: Sender) -> Forwarded:
    """Brings a usage to VOSS, or tells what became of it when it was asked for before.

    Raises KeyReused, UsageInProgress, UsageRejected, UsageNotSent or UsageUnknown.
    """
    now = sender.clock()  # before anything that takes time: the claim must never seem younger than it is
    usage = new_usage(company_id, key, order, now, sender.timing)
    try:
        existing = sender.ledger.reserve(usage)
    except RetriableError as error:
        raise UsageNotSent(_NOT_SENT, retry_after=ASK_AGAIN_WHEN_NOT_SENT) from error
    if existing is None:
        return _send(usage, sender)
    if existing.order != order:
        raise KeyReused("The Idempotency-Key was used for another usage. Use a new key for each usage.", existing.id)
    if existing.state is UsageState.Pending:
        claimed = existing.claimed(now, sender.timing)
        if not sender.ledger.change(existing, claimed):
            raise _in_progress(existing)
        return _send(claimed, sender)
    if existing.state is UsageState.Sending:
        return _told(_given_up(existing, sender), replayed=True)
    return _told(existing, replayed=True)


def _given_up(sending: Usage, sender: Sender) -> Usage:
    """A usage whose sender is dead, as Unknown. Raises UsageInProgress while the sender may be alive.

    That it is unknown is a promise to settle it, so it is written down before it is told: the sender, if it is only
    held up, can no longer hand the usage back as not sent.
    """
    now = sender.clock()
    unknown = sending.unknown("The sender did not say what became of it.", now)
    if not sending.is_due(now) or not sender.ledger.change(sending, unknown):
        raise _in_progress(sending)
    return unknown


def _send(claimed: Usage, sender: Sender) -> Forwarded:
    try:
        usage = sender.send(claimed, owed=False)
    except RetriableError as error:
        raise UsageUnknown(_UNKNOWN, claimed.id, retry_after=ASK_AGAIN_WHILE_UNKNOWN) from error
    return _told(usage, replayed=False)


def _told(usage: Usage, *, replayed: bool) -> Forwarded:
    """What a caller is told about a record."""
    match usage.state:
        case UsageState.Sent:
            return Forwarded(usage, replayed)
        case UsageState.Rejected:
            refusal = usage.refusal or Refusal.Unprocessable
            raise UsageRejected(usage.reason or "VOSS refused the usage.", usage.id, refusal, replayed=replayed)
        case UsageState.Pending:
            message = f"{usage.reason} {_NOT_SENT}" if usage.reason else _NOT_SENT
            raise UsageNotSent(message, usage.id, retry_after=ASK_AGAIN_WHEN_NOT_SENT)
        case UsageState.Sending | UsageState.Unknown:
            raise UsageUnknown(_UNKNOWN, usage.id, replayed=replayed, retry_after=ASK_AGAIN_WHILE_UNKNOWN)


def _in_progress(usage: Usage) -> UsageInProgress:
    return UsageInProgress(
        "An earlier request with this Idempotency-Key is still being carried out.",
        usage.id,
        retry_after=ASK_AGAIN_WHILE_SENDING,
    )

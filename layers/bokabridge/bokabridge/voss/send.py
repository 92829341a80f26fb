"""Sending one claimed usage to VOSS, and recording the outcome."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from bokabridge.clock import Clock
from bokabridge.voss.outcome import Accepted, AlreadyThere, NotSent, Outcome, Refused, Unclear
from bokabridge.voss.ports import UsageLedger, Voss
from bokabridge.voss.usage import Timing, Usage

_TOO_LATE = NotSent("Preparing the request to VOSS took too long.", may_retry=False)

_MAX_WAIT_SECONDS = 4.0
"""The longest pause between two tries, unless VOSS asks for a longer one."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Posts claimed usages and records the outcomes. `pause` waits for a number of seconds."""

    ledger: UsageLedger
    voss: Voss
    clock: Clock
    pause: Callable[[float], None]
    timing: Timing

    def send(self, usage: Usage, *, is_owed: bool) -> Usage:
        """Posts a usage that the caller has just claimed. Returns the record as it stands afterwards.

        `is_owed` is True if a caller has been promised that we settle the usage. Then a usage that could not be sent
        stays Unknown and is ours to send, instead of going back to its caller as Pending. Raises RetriableError if the
        outcome could not be recorded; the reconciler then settles the record as if its sender had died.
        """
        outcome = self._post_in_time(usage)
        after = self._concluded(usage, outcome, is_owed=is_owed)
        if self.ledger.change(usage, after):
            return after
        # The reconciler took this sender to be dead and settled the usage. Its record is now the truth.
        return self.ledger.find(usage.company_id, usage.id) or after

    def _post_in_time(self, usage: Usage) -> Outcome:
        """Tries again only if VOSS certainly got nothing, and only while the claim allows a POST to begin."""
        send_by = usage.claimed_at + self.timing.send_window
        for tries in count():
            outcome = self._post(usage)
            if not isinstance(outcome, NotSent) or not outcome.may_retry:
                return outcome
            wait_seconds = _jittered_seconds(tries) + (outcome.retry_after_seconds or 0.0)
            if self.clock() + timedelta(seconds=wait_seconds) >= send_by:
                return outcome
            self.pause(wait_seconds)
        raise AssertionError

    def _post(self, usage: Usage) -> Outcome:
        trouble = self.voss.sign_in()
        if trouble is not None:
            return trouble
        # A sender that was held up must not post any more: another may take it to be dead, and post.
        if self.clock() >= usage.claimed_at + self.timing.send_window:
            return _TOO_LATE
        outcome = self.voss.post(usage)
        if not isinstance(outcome, AlreadyThere):
            return outcome
        found = self.voss.read_back(usage)
        if isinstance(found, Accepted):
            return found
        return Unclear("VOSS says that it already has the usage, but its result could not be read.")

    def _concluded(self, usage: Usage, outcome: Outcome, *, is_owed: bool) -> Usage:
        now = self.clock()
        match outcome:
            case Accepted(result_json):
                return usage.sent(result_json, now)
            case Refused(refusal, reason):
                return usage.rejected(refusal, reason, now)
            case NotSent(reason) if not is_owed:
                return usage.not_sent(reason, now)
            case NotSent(reason) | Unclear(reason):
                return usage.unknown(reason, now)


def _jittered_seconds(tries: int) -> float:
    """Full jitter, doubling from half a second."""
    return random.uniform(0.05, min(_MAX_WAIT_SECONDS, 0.5 * 2**tries))  # noqa: S311 (jitter needs no secrecy)

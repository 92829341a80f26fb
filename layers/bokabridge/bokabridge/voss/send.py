"""Sending one claimed usage to VOSS, and writing down what came of it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from bokabridge.clock import Clock
from bokabridge.voss.outcome import Accepted, AlreadyThere, NotSent, Outcome, Refused, Unclear
from bokabridge.voss.ports import UsageLedger, Voss
from bokabridge.voss.usage import Timing, Usage

_TOO_LATE = NotSent("It took too long to get ready to send.", may_retry=False)

_LONGEST_WAIT = 4.0
"""Seconds between two tries, unless VOSS asks for more."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Posts usages. `pause` waits for so many seconds."""

    ledger: UsageLedger
    voss: Voss
    clock: Clock
    pause: Callable[[float], None]
    timing: Timing

    def send(self, usage: Usage, *, owed: bool) -> Usage:
        """Posts a usage that the caller has just claimed; returns the record as it stands then.

        `owed` says that somebody was told we would see to it: then a usage that could not be sent stays ours (Unknown)
        and does not go back to its caller (Pending). Raises RetriableError when the outcome could not be written down;
        the record is then settled as any whose sender died.
        """
        outcome = self._post_in_time(usage)
        after = self._concluded(usage, outcome, owed=owed)
        if self.ledger.change(usage, after):
            return after
        # Somebody held this attempt for dead and settled it; theirs is the truth now.
        return self.ledger.get(usage.company_id, usage.id) or after

    def _post_in_time(self, usage: Usage) -> Outcome:
        """Tries again only what certainly was not sent, and only while the claim allows a POST to begin."""
        send_by = usage.claimed_at + self.timing.send_window
        for tries in count():
            outcome = self._post(usage)
            if not isinstance(outcome, NotSent) or not outcome.may_retry:
                return outcome
            wait = _jittered(tries) + (outcome.retry_after or 0.0)
            if self.clock() + timedelta(seconds=wait) >= send_by:
                return outcome
            self.pause(wait)
        raise AssertionError

    def _post(self, usage: Usage) -> Outcome:
        trouble = self.voss.sign_in()
        if trouble is not None:
            return trouble
        # A sender that was held up must not post any more: somebody else may think that it is dead, and post.
        if self.clock() >= usage.claimed_at + self.timing.send_window:
            return _TOO_LATE
        outcome = self.voss.post(usage)
        if not isinstance(outcome, AlreadyThere):
            return outcome
        found = self.voss.find(usage)
        if isinstance(found, Accepted):
            return found
        return Unclear("VOSS says that it has the usage already, but not what it made of it.")

    def _concluded(self, usage: Usage, outcome: Outcome, *, owed: bool) -> Usage:
        now = self.clock()
        match outcome:
            case Accepted(answer):
                return usage.sent(answer, now)
            case Refused(refusal, reason):
                return usage.rejected(refusal, reason, now)
            case NotSent(reason) if not owed:
                return usage.not_sent(reason, now)
            case NotSent(reason) | Unclear(reason):
                return usage.unknown(reason, now)


def _jittered(tries: int) -> float:
    """Full jitter, doubling from half a second."""
    return random.uniform(0.05, min(_LONGEST_WAIT, 0.5 * 2**tries))  # noqa: S311 (jitter needs no secrecy)

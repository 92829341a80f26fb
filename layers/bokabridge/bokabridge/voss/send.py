"""Sending one claimed usage to VOSS, and recording the outcome."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from bokabridge.clock import Clock
from bokabridge.errors import RetriableError
from bokabridge.voss.conclude import after_post, after_read_back, after_refusal, merged
from bokabridge.voss.outcome import Accepted, AlreadyThere, NotSent, NotThere, Outcome, Refused
from bokabridge.voss.ports import UsageLedger, Voss
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageState

_TOO_LATE = NotSent("Preparing the request to VOSS took too long.", may_retry=False)

_MAX_DOUBLINGS = 3
"""The pauses between two tries grow no further, unless VOSS asks for a longer one."""

_MAX_MERGES = 5
"""Each repetition means that yet another writer has changed the record."""


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

        `is_owed` is True if a caller has been promised that we settle the usage, and VOSS has just said that it does
        not have it. Then a usage that could not be sent stays Unknown and is ours to send, instead of going back to its
        caller as Pending. Raises RetriableError if the outcome could not be recorded; the reconciler then settles the
        record as if its sender had died.
        """
        outcome = self._post_in_time(usage, is_verified=is_owed)
        if isinstance(outcome, Refused) and usage.posts > 1:
            found = self.voss.read_back(usage)
            return self._record(usage, after_refusal(usage, outcome, found, self.clock()))
        stored = self._record(usage, after_post(usage, outcome, self.clock(), self.timing, is_owed=is_owed))
        if isinstance(outcome, Accepted | AlreadyThere) and stored.state is UsageState.Unknown:
            return self._verified(stored, is_duplicate=isinstance(outcome, AlreadyThere))
        return stored

    def _verified(self, stored: Usage, *, is_duplicate: bool) -> Usage:
        """Asks VOSS at once about a usage that it says it has. Until then the ledger already forbids another POST."""
        found = self.voss.read_back(stored)
        after = after_read_back(stored, found, self.clock(), self.timing, is_duplicate=is_duplicate)
        if after is None or after.state is UsageState.Unknown:
            return stored
        return self._record(stored, after)

    def _post_in_time(self, usage: Usage, *, is_verified: bool) -> Outcome:
        """Tries again only if VOSS certainly got nothing, and only while the claim allows a POST to begin.

        Once VOSS has answered any POST of the usage, a read-back that does not list it comes before the next one.
        """
        send_by = usage.claimed_at + self.timing.send_window
        must_ask = usage.was_answered and not is_verified
        for tries in count():
            outcome = self._ask_and_post(usage) if must_ask else self._post(usage)
            if not isinstance(outcome, NotSent) or not outcome.may_retry:
                return outcome
            must_ask = must_ask or outcome.was_answered
            wait_seconds = _jittered_seconds(tries) + (outcome.retry_after_seconds or 0.0)
            if self.clock() + timedelta(seconds=wait_seconds) >= send_by:
                return outcome
            self.pause(wait_seconds)
        raise AssertionError

    def _ask_and_post(self, usage: Usage) -> Outcome:
        match self.voss.read_back(usage):
            case Accepted() as found:
                return found
            case NotThere():
                return self._post(usage)
            case unclear:
                return NotSent(unclear.reason, was_answered=True)

    def _post(self, usage: Usage) -> Outcome:
        trouble = self.voss.sign_in()
        if trouble is not None:
            return trouble
        # A sender that was held up must not post any more: another may take it to be dead, and post.
        if self.clock() >= usage.claimed_at + self.timing.send_window:
            return _TOO_LATE
        return self.voss.post(usage)

    def _record(self, before: Usage, after: Usage) -> Usage:
        """Stores the outcome. Returns the record as it is now, confirmed by a write or a read. Raises RetriableError.

        The first try's response may be lost although the ledger carried it out. So the second one finds out.
        """
        try:
            is_stored = self.ledger.change(before, after)
        except RetriableError:
            is_stored = self.ledger.change(before, after)
        if is_stored:
            return after
        for _ in range(_MAX_MERGES):
            current = self._current(before)
            # If others took this sender to be dead, what it learnt from VOSS must not get lost.
            added = merged(current, after, self.clock(), self.timing)
            if added is None:
                return current
            if self.ledger.change(current, added):
                return added
        raise RetriableError("The ledger did not store the outcome.")

    def _current(self, usage: Usage) -> Usage:
        current = self.ledger.find(usage.company_id, usage.id)
        if current is None:
            raise RetriableError("The ledger did not return the record.")
        return current


def _jittered_seconds(tries: int) -> float:
    """Full jitter, doubling from half a second up to four."""
    return random.uniform(0.05, 0.5 * 2 ** min(tries, _MAX_DOUBLINGS))  # noqa: S311 (jitter needs no secrecy)

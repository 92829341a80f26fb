"""Settling what nobody knows: usages that were posted without an answer, or whose sender died.

VOSS is asked first, always. Only a usage that VOSS itself says it does not have is posted again, by whoever wins the
claim to its next attempt.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bokabridge.errors import RetriableError
from bokabridge.voss.outcome import Accepted, NotThere, Unclear
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Unsettled, Usage, UsageState

TOO_LONG = timedelta(minutes=15)
"""An unsettled usage is a matter for a person after that."""

LOOK_AGAIN = timedelta(seconds=45)
"""Less than the minute between two runs, so that every run looks; later than now, so that all get their turn."""

MOST = 5000
"""Records looked at in one run."""


class Verdict(StrEnum):
    """What one look at one record came to."""

    Found = "Found"
    Resent = "Resent"
    Rejected = "Rejected"
    Left = "Left"
    """Nobody can tell yet."""
    Overtaken = "Overtaken"
    """Somebody else was faster."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run: how many records came to which verdict, how many were unsettled, and for too long, as it began."""

    verdicts: Mapping[Verdict, int]
    unsettled: int
    too_long: int


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Runs may overlap: every change they make is conditional."""

    sender: Sender
    workers: int = 8

    def run(self, time_is_up: Callable[[], bool]) -> Report:
        """Looks at every record that is due, until the time is up. Raises RetriableError."""
        now = self.sender.clock()
        entries = self.sender.ledger.unsettled(MOST)
        due = [entry for entry in entries if entry.due_at <= now]

        def look(entry: Unsettled) -> Verdict | None:
            return None if time_is_up() else self._look(entry)

        with ThreadPoolExecutor(self.workers, thread_name_prefix="reconcile") as pool:
            verdicts = [verdict for verdict in pool.map(look, due) if verdict is not None]
        too_long = sum(entry.since <= now - TOO_LONG for entry in entries)
        return Report(Counter(verdicts), len(entries), too_long)

    def _look(self, entry: Unsettled) -> Verdict:
        try:
            usage = self.sender.ledger.get(entry.company_id, entry.usage_id)
            return self.settle(usage) if usage is not None else Verdict.Overtaken
        except RetriableError:
            return Verdict.Left

    def settle(self, usage: Usage) -> Verdict:
        """Settles one record if it is due. Raises RetriableError when the ledger is out of reach."""
        ledger, now = self.sender.ledger, self.sender.clock()
        if not usage.is_due(now):
            return Verdict.Overtaken
        match self.sender.voss.find(usage):
            case Accepted(answer):
                is_ours = ledger.change(usage, usage.sent(answer, self.sender.clock()))
                return Verdict.Found if is_ours else Verdict.Overtaken
            case NotThere():
                return self._send_again(usage)
            case Unclear(reason):
                is_ours = ledger.change(usage, usage.unknown(reason, now, due_at=now + LOOK_AGAIN))
                return Verdict.Left if is_ours else Verdict.Overtaken

    def _send_again(self, usage: Usage) -> Verdict:
        claimed = usage.claimed(self.sender.clock(), self.sender.timing)
        if not self.sender.ledger.change(usage, claimed):
            return Verdict.Overtaken
        match self.sender.send(claimed, owed=True).state:
            case UsageState.Sent:
                return Verdict.Resent
            case UsageState.Rejected:
                return Verdict.Rejected
            case _:
                return Verdict.Left

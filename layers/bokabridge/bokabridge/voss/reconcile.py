"""Reconciliation: settling usages whose POST got no clear response, or whose sender died.

The reconciler always asks VOSS first. It posts a usage again only if VOSS itself says that it does not have it, and
only if it wins the claim to the usage's next attempt.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bokabridge.clock import Clock
from bokabridge.errors import RetriableError
from bokabridge.voss.outcome import Accepted, NotThere, Unclear
from bokabridge.voss.ports import UsageLedger, Voss
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing, Unsettled, Usage, UsageState

TOO_LONG = timedelta(minutes=15)
"""The age from which an unsettled usage needs a person's attention."""

LOOK_AGAIN_AFTER = timedelta(seconds=45)
"""Shorter than the minute between two runs, so that every run looks; not zero, so that every usage gets its turn."""

MAX_USAGES_PER_RUN = 5000


class Verdict(StrEnum):
    """The result of looking at one usage."""

    Found = "Found"
    Resent = "Resent"
    Rejected = "Rejected"
    Left = "Left"
    """The outcome is still unknown."""
    Overtaken = "Overtaken"
    """Another writer has changed the record in the meantime."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run: usages by verdict, and the usages that were unsettled, or unsettled for too long, when it began."""

    verdicts: Mapping[Verdict, int]
    unsettled: int
    too_long: int


@dataclass(frozen=True, slots=True)
class Reconciler:
    """The use case that settles usages. Runs may overlap, because every write is conditional."""

    ledger: UsageLedger
    voss: Voss
    sender: Sender
    clock: Clock
    timing: Timing
    workers: int = 8

    def run(self, time_is_up: Callable[[], bool]) -> Report:
        """Looks at every usage that is due, until the time is up. Raises RetriableError."""
        now = self.clock()
        entries = self.ledger.list_unsettled(MAX_USAGES_PER_RUN)
        due = [entry for entry in entries if entry.due_at <= now]

        def look(entry: Unsettled) -> Verdict | None:
            return None if time_is_up() else self._look(entry)

        with ThreadPoolExecutor(self.workers, thread_name_prefix="reconcile") as pool:
            verdicts = [verdict for verdict in pool.map(look, due) if verdict is not None]
        too_long = sum(entry.since <= now - TOO_LONG for entry in entries)
        return Report(Counter(verdicts), len(entries), too_long)

    def _look(self, entry: Unsettled) -> Verdict:
        try:
            usage = self.ledger.find(entry.company_id, entry.usage_id)
            return self._settle(usage) if usage is not None else Verdict.Overtaken
        except RetriableError:
            return Verdict.Left

    def _settle(self, usage: Usage) -> Verdict:
        """Settles one usage if it is due. Raises RetriableError if the ledger is unavailable."""
        now = self.clock()
        if not usage.is_due(now):
            return Verdict.Overtaken
        match self.voss.read_back(usage):
            case Accepted(result_json):
                is_ours = self.ledger.change(usage, usage.sent(result_json, self.clock()))
                return Verdict.Found if is_ours else Verdict.Overtaken
            case NotThere():
                return self._send_again(usage)
            case Unclear(reason):
                is_ours = self.ledger.change(usage, usage.unknown(reason, now, due_at=now + LOOK_AGAIN_AFTER))
                return Verdict.Left if is_ours else Verdict.Overtaken

    def _send_again(self, usage: Usage) -> Verdict:
        claimed = usage.claimed(self.clock(), self.timing)
        if not self.ledger.change(usage, claimed):
            return Verdict.Overtaken
        match self.sender.send(claimed, is_owed=True).state:
            case UsageState.Sent:
                return Verdict.Resent
            case UsageState.Rejected:
                return Verdict.Rejected
            case _:
                return Verdict.Left

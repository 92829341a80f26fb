"""Reconciliation: settling usages whose POST got no clear response, or whose sender died.

The reconciler always asks VOSS first. It posts a usage again only if VOSS itself says that it does not have it, only
within the limits of `conclude.py`, and only if it wins the claim to the usage's next attempt.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bokabridge.clock import Clock
from bokabridge.errors import RetriableError
from bokabridge.voss.conclude import after_read_back
from bokabridge.voss.outcome import Accepted
from bokabridge.voss.ports import UsageLedger, Voss
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import OpenUsage, Usage, UsageState

TOO_LONG = timedelta(minutes=15)
"""The age from which an unsettled usage needs a person's attention."""

POSTPONE_FAILED_BY = timedelta(minutes=5)
"""A usage whose look fails without a foreseen reason makes room for the others."""

MAX_USAGES_PER_RUN = 5000

RUNS_WITHIN_THE_PROMISE = 2
"""The runs that certainly begin and end within the 3 minutes that docs/voss.md promises."""


class Verdict(StrEnum):
    """The result of looking at one usage."""

    Found = "Found"
    Resent = "Resent"
    Rejected = "Rejected"
    Left = "Left"
    """The outcome is still unknown."""
    GivenUp = "GivenUp"
    """VOSS's answers do not settle the usage. It is disputed now."""
    Overtaken = "Overtaken"
    """Another writer has changed the record in the meantime."""
    Failed = "Failed"
    """The look failed for an unforeseen reason, or did not end in time."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run: usages by verdict, and the numbers of others.

    `unsettled` and `too_long` count the usages that were unsettled, or unsettled for too long, when the run began.
    `delayed` are the due ones for which this run's pace is too slow to keep the promise. `disputed` lists those that
    wait for a person, or is None if the ledger could not list them. `errors` has an example of each unforeseen error.
    """

    verdicts: Mapping[Verdict, int]
    unsettled: int
    too_long: int
    delayed: int = 0
    disputed: list[OpenUsage] | None = None
    errors: Mapping[str, BaseException] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reconciler:
    """The use case that settles usages. Runs may overlap, because every write is conditional.

    `workers` look at usages at the same time. A run reports after `patience_seconds` at the latest, even if a look
    still hangs.
    """

    ledger: UsageLedger
    voss: Voss
    sender: Sender
    clock: Clock
    timing: Timing
    workers: int = 32
    patience_seconds: float = 40.0

    def run(self, time_is_up: Callable[[], bool], on_report: Callable[[Report], None] = lambda _: None) -> Report:
        """Looks at every usage that is due, until the time is up, and reports. Raises RetriableError.

        It then waits for looks that hang: a thread that the function leaves behind could post when it wakes up again.
        """
        now = self.clock()
        entries = self.ledger.list_unsettled(MAX_USAGES_PER_RUN)
        due = [entry for entry in entries if entry.due_at <= now]
        errors: dict[str, BaseException] = {}

        def look(entry: OpenUsage) -> Verdict | None:
            return None if time_is_up() else self._look(entry, errors)

        with ThreadPoolExecutor(self.workers, thread_name_prefix="reconcile") as pool:
            looks = [pool.submit(look, entry) for entry in due]
            done, hanging = wait(looks, self.patience_seconds)
            verdicts = Counter(verdict for each in done if (verdict := each.result()) is not None)
            verdicts[Verdict.Failed] += sum(not each.cancel() for each in hanging)
            report = Report(
                verdicts=+verdicts,
                unsettled=len(entries),
                too_long=sum(entry.since <= now - TOO_LONG for entry in entries),
                delayed=max(0, len(due) - RUNS_WITHIN_THE_PROMISE * verdicts.total()),
                disputed=self._disputed(),
                errors=errors,
            )
            on_report(report)
        return report

    def _disputed(self) -> list[OpenUsage] | None:
        try:
            return self.ledger.list_disputed(MAX_USAGES_PER_RUN)
        except RetriableError:
            return None

    def _look(self, entry: OpenUsage, errors: dict[str, BaseException]) -> Verdict:
        """Looks at one usage. Its trouble is its own: the run goes on, and the usage makes room for the others."""
        try:
            usage = self.ledger.find(entry.company_id, entry.usage_id)
            return self._settle(usage) if usage is not None else Verdict.Overtaken
        except RetriableError:
            self._postpone(entry, self.timing.look_again_after)
            return Verdict.Left
        except Exception as error:  # noqa: BLE001 (whatever happens at one usage must not stop the run)
            errors[type(error).__name__] = error
            self._postpone(entry, POSTPONE_FAILED_BY)
            return Verdict.Failed

    def _postpone(self, entry: OpenUsage, period: timedelta) -> None:
        with suppress(Exception):
            self.ledger.postpone(entry, self.clock() + period)

    def _settle(self, usage: Usage) -> Verdict:
        """Settles one usage if it is due. Raises RetriableError if the ledger is unavailable."""
        if not usage.is_due(self.clock()):
            return Verdict.Overtaken
        found = self.voss.read_back(usage)
        after = after_read_back(usage, found, self.clock(), self.timing)
        if after is None:
            return self._send_again(usage)
        if not self.ledger.change(usage, after):
            return Verdict.Overtaken
        return _verdict(after, Verdict.Found if isinstance(found, Accepted) else Verdict.Left)

    def _send_again(self, usage: Usage) -> Verdict:
        claimed = usage.claimed(self.clock(), self.timing)
        if not self.ledger.change(usage, claimed):
            return Verdict.Overtaken
        return _verdict(self.sender.send(claimed, is_owed=True), Verdict.Resent)


def _verdict(usage: Usage, if_sent: Verdict) -> Verdict:
    match usage.state:
        case UsageState.Sent:
            return if_sent
        case UsageState.Rejected:
            return Verdict.Rejected
        case UsageState.Disputed:
            return Verdict.GivenUp
        case _:
            return Verdict.Left

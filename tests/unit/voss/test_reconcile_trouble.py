"""A reconciliation in which something goes wrong at one usage, or in which there are too many usages."""

import threading
from datetime import datetime

import pytest

from bokabridge.errors import RetriableError
from bokabridge.voss.fakes import InMemoryLedger
from bokabridge.voss.outcome import ReadBack, Unclear
from bokabridge.voss.reconcile import POSTPONE_FAILED_BY, Reconciler, Report, Verdict
from bokabridge.voss.usage import OpenUsage, Usage, UsageState, new_usage
from tests.data import COMPANY_ID
from tests.unit.voss.world import ORDER, TIMING, World


class CrowdedWorld(World):
    """A world with many unsettled usages that VOSS has billed."""

    def unknown(self, count: int) -> list[str]:
        usages = [new_usage(COMPANY_ID, f"k{number}", ORDER, self.now, TIMING) for number in range(count)]
        for usage in usages:
            self.ledger.reserve(usage)
            self.ledger.change(usage, usage.unknown("timeout", self.now))
            self.voss.accept(usage)
        self.wait(80)
        return [usage.id for usage in usages]

    def state(self, usage_id: str) -> UsageState:
        usage = self.ledger.find(COMPANY_ID, usage_id)
        assert usage is not None
        return usage.state


@pytest.mark.parametrize("error", [KeyError("State"), RuntimeError("a bug"), MemoryError()])
def test_an_unforeseen_error_at_one_usage_is_counted_and_stops_no_other(error: Exception) -> None:
    world = CrowdedWorld()
    broken, *others = world.unknown(100)

    def read_back(usage: Usage) -> ReadBack | None:
        if usage.id == broken:
            raise error
        return None

    world.voss.on_read_back = read_back
    report = world.reconciler.run(lambda: False)
    assert report.verdicts == {Verdict.Found: 99, Verdict.Failed: 1}
    assert {world.state(usage_id) for usage_id in others} == {UsageState.Sent}
    assert report.errors == {type(error).__name__: error}
    (entry,) = world.ledger.list_unsettled(10)
    assert (entry.usage_id, entry.due_at) == (broken, world.now + POSTPONE_FAILED_BY)
    world.voss.on_read_back = lambda _: None
    world.wait(POSTPONE_FAILED_BY.total_seconds())
    assert world.reconciler.run(lambda: False).verdicts == {Verdict.Found: 1}


class PartlyUnreadableLedger(InMemoryLedger):
    """A ledger in which some records cannot be decoded, and some cannot be read at the moment."""

    def __init__(self, undecodable: set[str], unreadable: set[str]) -> None:
        super().__init__()
        self.undecodable, self.unreadable = undecodable, unreadable

    def find(self, company_id: str, usage_id: str) -> Usage | None:
        if usage_id in self.undecodable:
            raise KeyError("State")
        if usage_id in self.unreadable:
            raise RetriableError("The ledger cannot be reached.")
        return super().find(company_id, usage_id)


def test_broken_records_do_not_block_the_head_of_the_queue() -> None:
    ledger = PartlyUnreadableLedger(set(), set())
    world = CrowdedWorld(ledger)
    ids = world.unknown(30)
    ledger.undecodable, ledger.unreadable = set(ids[:5]), set(ids[5:10])
    assert world.reconciler.run(lambda: False).verdicts == {Verdict.Failed: 5, Verdict.Left: 5, Verdict.Found: 20}
    assert [entry for entry in ledger.list_unsettled(100) if entry.due_at <= world.now] == []


class UnpostponableLedger(InMemoryLedger):
    """A ledger that cannot even move a record backwards, and cannot list the disputed ones."""

    def postpone(self, entry: OpenUsage, due_at: datetime) -> None:
        raise OSError("broken")

    def list_disputed(self, limit: int) -> list[OpenUsage]:
        raise RetriableError("The ledger cannot be reached.")


def test_a_run_reports_even_if_nothing_else_works() -> None:
    world = CrowdedWorld(UnpostponableLedger())
    world.unknown(3)
    world.voss.on_read_back = lambda _: 1 / 0  # type: ignore[assignment, return-value]
    reports: list[Report] = []
    world.reconciler.run(lambda: False, reports.append)
    assert (reports[0].verdicts, reports[0].disputed) == ({Verdict.Failed: 3}, None)


def test_a_run_reports_while_a_look_hangs_and_then_waits_for_it() -> None:
    world = CrowdedWorld()
    hanging, *_ = world.unknown(10)
    go_on = threading.Event()

    def read_back(usage: Usage) -> ReadBack | None:
        if usage.id == hanging:
            assert go_on.wait(30)
        return None

    world.voss.on_read_back = read_back
    reports: list[Report] = []

    def on_report(report: Report) -> None:
        reports.append(report)
        assert world.state(hanging) is UsageState.Unknown
        go_on.set()

    parts = (world.ledger, world.voss, world.reconciler.sender, world.clock, TIMING)
    Reconciler(*parts, workers=4, patience_seconds=0.5).run(lambda: False, on_report)
    assert reports[0].verdicts == {Verdict.Found: 9, Verdict.Failed: 1}
    assert world.state(hanging) is UsageState.Sent


@pytest.mark.parametrize(("due", "looked_at", "delayed"), [(10, 10, 0), (10, 5, 0), (10, 4, 2), (10, 0, 10)])
def test_a_run_says_how_many_usages_its_pace_will_not_settle_in_time(due: int, looked_at: int, delayed: int) -> None:
    world = CrowdedWorld()
    world.unknown(due)
    world.voss.on_read_back = lambda _: Unclear("VOSS is down.")
    calls = iter(range(100))
    reconciler = Reconciler(world.ledger, world.voss, world.reconciler.sender, world.clock, TIMING, workers=1)
    assert reconciler.run(lambda: next(calls) >= looked_at).delayed == delayed

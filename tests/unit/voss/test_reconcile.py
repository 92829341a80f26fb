"""Reconciliation: every unsettled usage becomes one line on the bill, or a rejection."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bokabridge.errors import Refusal
from bokabridge.voss.fakes import InMemoryLedger
from bokabridge.voss.outcome import NotSent, Refused, Unclear
from bokabridge.voss.reconcile import TOO_LONG, Report, Verdict
from bokabridge.voss.usage import OpenUsage, Usage, UsageState, new_usage
from tests.data import COMPANY_ID
from tests.unit.voss.world import ORDER, TIMING, World


class ReconcileWorld(World):
    """A world with unsettled usages of one company."""

    def unknown(self, key: str = "k", *, billed: bool) -> str:
        usage = new_usage(COMPANY_ID, key, ORDER, self.now, TIMING)
        self.ledger.reserve(usage)
        self.ledger.change(usage, usage.unknown("timeout", self.now))
        if billed:
            self.voss.accept(usage)
        return usage.id

    def run(self, after_seconds: float = 80) -> Report:
        self.wait(after_seconds)
        return self.reconciler.run(lambda: False)

    def record(self, usage_id: str) -> Usage:
        usage = self.ledger.find(COMPANY_ID, usage_id)
        assert usage is not None
        return usage


@pytest.fixture
def world() -> ReconcileWorld:
    return ReconcileWorld()


def test_a_usage_that_voss_has_becomes_sent_with_its_result(world: ReconcileWorld) -> None:
    usage_id = world.unknown(billed=True)
    assert world.run().verdicts == {Verdict.Found: 1}
    assert (world.record(usage_id).state, world.record(usage_id).attempt) == (UsageState.Sent, 1)
    assert world.record(usage_id).result_json
    assert world.voss.bill == [usage_id]


def test_a_usage_that_voss_does_not_have_is_sent_once_more_under_the_same_id(world: ReconcileWorld) -> None:
    usage_id = world.unknown(billed=False)
    assert world.run().verdicts == {Verdict.Resent: 1}
    assert (world.record(usage_id).state, world.record(usage_id).attempt) == (UsageState.Sent, 2)
    assert world.voss.bill == [usage_id]


def test_a_usage_of_a_dead_sender_is_settled(world: ReconcileWorld) -> None:
    usage = new_usage(COMPANY_ID, "k", ORDER, world.now, TIMING)
    world.ledger.reserve(usage)
    assert world.run().verdicts == {Verdict.Resent: 1}
    assert world.voss.bill == [usage.id]


def test_a_usage_is_left_alone_until_no_post_of_it_can_be_in_progress(world: ReconcileWorld) -> None:
    world.unknown(billed=False)
    assert world.run(after_seconds=79).verdicts == {}
    assert world.voss.bill == []


def test_an_unclear_read_back_leaves_the_usage_to_the_next_run(world: ReconcileWorld) -> None:
    usage_id = world.unknown(billed=False)
    world.voss.on_read_back = lambda _: Unclear("VOSS is down.")
    assert world.run().verdicts == {Verdict.Left: 1}
    assert world.voss.bill == []
    world.voss.on_read_back = lambda _: None
    assert world.run(after_seconds=60).verdicts == {Verdict.Resent: 1}
    assert world.voss.bill == [usage_id]


def test_a_promised_usage_that_cannot_be_sent_stays_unknown(world: ReconcileWorld) -> None:
    usage_id = world.unknown(billed=False)
    world.voss.on_post = lambda _: NotSent("connection refused")
    assert world.run().verdicts == {Verdict.Left: 1}
    assert world.record(usage_id).state is UsageState.Unknown
    world.voss.on_post = None
    assert world.run().verdicts == {Verdict.Resent: 1}


def test_a_usage_that_voss_refuses_on_the_second_post_is_rejected(world: ReconcileWorld) -> None:
    usage_id = world.unknown(billed=False)
    world.voss.on_post = lambda _: Refused(Refusal.Unprocessable, "The subscription is closed.")
    assert world.run().verdicts == {Verdict.Rejected: 1}
    assert world.record(usage_id).state is UsageState.Rejected


def test_of_two_runs_whose_read_back_does_not_find_a_usage_one_posts_it(world: ReconcileWorld) -> None:
    usage_id = world.unknown(billed=False)

    def other_run() -> None:
        world.voss.after_read_back = lambda: None
        world.reconciler.run(lambda: False)

    world.voss.after_read_back = other_run
    assert world.run().verdicts == {Verdict.Overtaken: 1}
    assert world.voss.bill == [usage_id]


class LaggingLedger(InMemoryLedger):
    """A ledger whose list of unsettled usages can stop updating while its records change, as an index can."""

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[OpenUsage] | None = None

    def stop_updating(self) -> None:
        self._listed = super().list_unsettled(100)

    def list_unsettled(self, limit: int) -> list[OpenUsage]:
        return super().list_unsettled(limit) if self._listed is None else self._listed[:limit]


@pytest.mark.parametrize(
    "change",
    [
        lambda usage, now: usage.claimed(now, TIMING),
        lambda usage, now: usage.not_sent("connection refused", now),
        lambda usage, now: usage.sent("{}", now),
        lambda usage, now: usage.rejected(Refusal.Unprocessable, "The subscription is closed.", now),
    ],
    ids=["claimed again", "handed back to its caller", "sent", "rejected"],
)
def test_a_usage_that_changed_after_it_was_listed_is_left_alone(change: Callable[[Usage, datetime], Usage]) -> None:
    """Above all one that was claimed again: its POST is in progress, so that a read-back without it proves nothing."""
    ledger = LaggingLedger()
    world = ReconcileWorld(ledger)
    usage_id = world.unknown(billed=False)
    world.wait(80)
    ledger.stop_updating()
    changed = change(world.record(usage_id), world.now)
    assert ledger.change(world.record(usage_id), changed)
    assert world.run(after_seconds=0).verdicts == {Verdict.Overtaken: 1}
    assert (world.record(usage_id), world.voss.bill) == (changed, [])


def test_a_run_stops_when_its_time_is_up(world: ReconcileWorld) -> None:
    world.unknown(billed=False)
    world.wait(80)
    assert world.reconciler.run(lambda: True).verdicts == {}
    assert world.voss.bill == []


def test_a_report_counts_unsettled_usages_and_those_unsettled_for_too_long(world: ReconcileWorld) -> None:
    world.unknown("old", billed=False)
    world.wait(TOO_LONG.total_seconds() - 1)
    world.unknown("young", billed=False)
    world.voss.on_read_back = lambda _: Unclear("VOSS is down.")
    assert (world.run(after_seconds=0).unsettled, world.run(after_seconds=0).too_long) == (2, 0)
    assert world.run(after_seconds=1).too_long == 1


def test_one_run_settles_a_hundred_usages(world: ReconcileWorld) -> None:
    ids = {world.unknown(f"k{number}", billed=number % 2 == 0) for number in range(100)}
    assert world.run().verdicts == {Verdict.Found: 50, Verdict.Resent: 50}
    assert sorted(world.voss.bill) == sorted(ids)

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.errors import Refusal
from bokabridge.voss.fakes import InMemoryLedger, InMemoryVoss
from bokabridge.voss.outcome import NotSent, Refused, Unclear
from bokabridge.voss.reconcile import TOO_LONG, Reconciler, Report, Verdict
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing, Unsettled, Usage, UsageOrder, UsageState, new_usage

COMPANY = "11111111-1111-4111-8111-111111111111"
ORDER = UsageOrder("KONSULT-TIM", 6)


class Night:
    """Usages whose outcome nobody knows, and the one who looks into them."""

    def __init__(self, ledger: InMemoryLedger | None = None) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.ledger = ledger or InMemoryLedger()
        self.voss = InMemoryVoss()
        self.reconciler = Reconciler(Sender(self.ledger, self.voss, lambda: self.now, self.wait, Timing()))

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def unknown(self, key: str = "k", *, billed: bool) -> str:
        usage = new_usage(COMPANY, key, ORDER, self.now, Timing())
        self.ledger.reserve(usage)
        self.ledger.change(usage, usage.unknown("timeout", self.now))
        if billed:
            self.voss.accept(usage)
        return usage.id

    def run(self, after: float = 80) -> Report:
        self.wait(after)
        return self.reconciler.run(lambda: False)

    def record(self, usage_id: str) -> Usage:
        usage = self.ledger.get(COMPANY, usage_id)
        assert usage is not None
        return usage


@pytest.fixture
def night() -> Night:
    return Night()


def test_a_usage_that_voss_has_is_sent_with_voss_answer(night: Night) -> None:
    usage_id = night.unknown(billed=True)
    assert night.run().verdicts == {Verdict.Found: 1}
    assert (night.record(usage_id).state, night.record(usage_id).attempt) == (UsageState.Sent, 1)
    assert night.record(usage_id).answer
    assert night.voss.bill == [usage_id]


def test_a_usage_that_voss_does_not_have_is_sent_once_more_under_the_same_id(night: Night) -> None:
    usage_id = night.unknown(billed=False)
    assert night.run().verdicts == {Verdict.Resent: 1}
    assert (night.record(usage_id).state, night.record(usage_id).attempt) == (UsageState.Sent, 2)
    assert night.voss.bill == [usage_id]


def test_a_usage_whose_sender_died_is_settled_too(night: Night) -> None:
    usage = new_usage(COMPANY, "k", ORDER, night.now, Timing())
    night.ledger.reserve(usage)
    assert night.run().verdicts == {Verdict.Resent: 1}
    assert night.voss.bill == [usage.id]


def test_nobody_looks_before_the_last_post_can_have_arrived(night: Night) -> None:
    night.unknown(billed=False)
    assert night.run(after=79).verdicts == {}
    assert night.voss.bill == []


def test_a_usage_that_voss_cannot_be_asked_about_is_left_and_looked_at_again_in_the_next_run(night: Night) -> None:
    usage_id = night.unknown(billed=False)
    night.voss.on_find = lambda _: Unclear("VOSS is down.")
    assert night.run().verdicts == {Verdict.Left: 1}
    assert night.voss.bill == []
    night.voss.on_find = lambda _: None
    assert night.run(after=60).verdicts == {Verdict.Resent: 1}
    assert night.voss.bill == [usage_id]


def test_a_usage_that_is_owed_and_cannot_be_sent_stays_unknown(night: Night) -> None:
    usage_id = night.unknown(billed=False)
    night.voss.on_post = lambda _: NotSent("connection refused")
    assert night.run().verdicts == {Verdict.Left: 1}
    assert night.record(usage_id).state is UsageState.Unknown
    night.voss.on_post = None
    assert night.run().verdicts == {Verdict.Resent: 1}


def test_a_usage_that_voss_refuses_the_second_time_is_rejected(night: Night) -> None:
    usage_id = night.unknown(billed=False)
    night.voss.on_post = lambda _: Refused(Refusal.Unprocessable, "The subscription is closed.")
    assert night.run().verdicts == {Verdict.Rejected: 1}
    assert night.record(usage_id).state is UsageState.Rejected


def test_of_two_reconcilers_that_both_read_not_found_one_posts(night: Night) -> None:
    usage_id = night.unknown(billed=False)

    def other_run() -> None:
        night.voss.after_find = lambda: None
        night.reconciler.run(lambda: False)

    night.voss.after_find = other_run
    assert night.run().verdicts == {Verdict.Overtaken: 1}
    assert night.voss.bill == [usage_id]


class LaggingLedger(InMemoryLedger):
    """A ledger whose list of the unsettled can stand still while its records change, as an index may."""

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[Unsettled] | None = None

    def stand_still(self) -> None:
        self._listed = super().unsettled(100)

    def unsettled(self, limit: int) -> list[Unsettled]:
        return super().unsettled(limit) if self._listed is None else self._listed[:limit]


@pytest.mark.parametrize(
    "change",
    [
        lambda usage, now: usage.claimed(now, Timing()),
        lambda usage, now: usage.not_sent("connection refused", now),
        lambda usage, now: usage.sent("{}", now),
        lambda usage, now: usage.rejected(Refusal.Unprocessable, "The subscription is closed.", now),
    ],
    ids=["claimed anew", "handed back to its caller", "sent", "rejected"],
)
def test_a_usage_that_is_listed_as_due_and_is_not_any_more_is_left_alone(
    change: Callable[[Usage, datetime], Usage],
) -> None:
    """Above all not when it was claimed anew: that POST is under way, so that VOSS not having it proves nothing."""
    ledger = LaggingLedger()
    night = Night(ledger)
    usage_id = night.unknown(billed=False)
    night.wait(80)
    ledger.stand_still()
    changed = change(night.record(usage_id), night.now)
    assert ledger.change(night.record(usage_id), changed)
    assert night.run(after=0).verdicts == {Verdict.Overtaken: 1}
    assert (night.record(usage_id), night.voss.bill) == (changed, [])


def test_no_record_is_begun_when_the_time_is_up(night: Night) -> None:
    night.unknown(billed=False)
    night.wait(80)
    assert night.reconciler.run(lambda: True).verdicts == {}
    assert night.voss.bill == []


def test_the_unsettled_are_counted_and_so_are_those_that_have_been_for_too_long(night: Night) -> None:
    night.unknown("old", billed=False)
    night.wait(TOO_LONG.total_seconds() - 1)
    night.unknown("young", billed=False)
    night.voss.on_find = lambda _: Unclear("VOSS is down.")
    assert (night.run(after=0).unsettled, night.run(after=0).too_long) == (2, 0)
    assert night.run(after=1).too_long == 1


def test_settling_a_hundred_takes_one_run(night: Night) -> None:
    ids = {night.unknown(f"k{number}", billed=number % 2 == 0) for number in range(100)}
    assert night.run().verdicts == {Verdict.Found: 50, Verdict.Resent: 50}
    assert sorted(night.voss.bill) == sorted(ids)

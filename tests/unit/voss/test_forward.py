from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.errors import (
    KeyReused,
    Refusal,
    RetriableError,
    UsageError,
    UsageInProgress,
    UsageNotSent,
    UsageRejected,
    UsageUnknown,
)
from bokabridge.voss.fakes import InMemoryLedger, InMemoryVoss
from bokabridge.voss.forward import Forwarded, forward_usage
from bokabridge.voss.outcome import AlreadyThere, NotSent, NotThere, Outcome, Refused, Unclear
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing, Usage, UsageOrder, UsageState

COMPANY = "11111111-1111-4111-8111-111111111111"
ORDER = UsageOrder("KONSULT-TIM", 6)


class Desk:
    """A ledger, a VOSS and a clock that only moves when somebody waits."""

    def __init__(self, ledger: InMemoryLedger | None = None) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.ledger = ledger or InMemoryLedger()
        self.voss = InMemoryVoss()
        self.sender = Sender(self.ledger, self.voss, lambda: self.now, self.wait, Timing())

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def forward(self, key: str = "k", order: UsageOrder = ORDER) -> Forwarded:
        return forward_usage(COMPANY, key, order, sender=self.sender)

    def the_record(self) -> Usage:
        (usage,) = self.ledger.list(COMPANY, None, None, None, 0, 10).results
        return usage

    def answers(self, *outcomes: Outcome | AlreadyThere) -> Callable[[Usage], Outcome | AlreadyThere]:
        """VOSS answers these, then takes everything."""
        remaining = list(outcomes)
        return lambda usage: remaining.pop(0) if remaining else self.voss.accept(usage)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_usage_is_billed_once_and_told_with_voss_answer(desk: Desk) -> None:
    forwarded = desk.forward()
    assert (forwarded.usage.state, forwarded.replayed) == (UsageState.Sent, False)
    assert desk.voss.bill == [forwarded.usage.id]
    assert desk.the_record() == forwarded.usage


def test_the_record_is_in_the_ledger_before_voss_is_called(desk: Desk) -> None:
    seen: list[Usage] = []

    def post(usage: Usage) -> Outcome:
        seen.append(desk.the_record())
        return desk.voss.accept(usage)

    desk.voss.on_post = post
    desk.forward()
    assert [(usage.state, usage.attempt, usage.order) for usage in seen] == [(UsageState.Sending, 1, ORDER)]


def test_the_same_key_again_gives_the_stored_answer_and_no_line(desk: Desk) -> None:
    first, second = desk.forward(), desk.forward()
    assert second == Forwarded(first.usage, replayed=True)
    assert len(desk.voss.bill) == 1


@pytest.mark.parametrize("other", [UsageOrder("KONSULT-TIM", 7), UsageOrder("SMS-STYCK", 6)])
def test_the_same_key_for_another_usage_is_refused(desk: Desk, other: UsageOrder) -> None:
    desk.forward()
    with pytest.raises(KeyReused):
        desk.forward(order=other)
    assert len(desk.voss.bill) == 1


def test_a_repeat_while_the_first_is_being_sent_is_told_to_wait(desk: Desk) -> None:
    told: list[UsageError] = []

    def post(usage: Usage) -> Outcome:
        with pytest.raises(UsageInProgress) as repeat:
            desk.forward()
        told.append(repeat.value)
        return desk.voss.accept(usage)

    desk.voss.on_post = post
    desk.forward()
    assert [error.retry_after for error in told] == [2]


def test_a_refusal_is_final_and_told_again_in_the_same_words(desk: Desk) -> None:
    desk.voss.on_post = desk.answers(Refused(Refusal.NotFound, "There is no such customer."))
    for replayed in (False, True):
        with pytest.raises(UsageRejected, match=r"There is no such customer\.") as rejected:
            desk.forward()
        assert (rejected.value.refusal, rejected.value.replayed) == (Refusal.NotFound, replayed)
    assert desk.voss.bill == []


def test_what_was_not_sent_is_tried_again_at_once(desk: Desk) -> None:
    desk.voss.on_post = desk.answers(NotSent("connection refused"), NotSent("429", retry_after=1.0))
    assert desk.forward().usage.state is UsageState.Sent
    assert len(desk.voss.bill) == 1


def test_what_cannot_be_sent_in_time_goes_back_to_its_caller_who_may_send_it_with_the_same_key(desk: Desk) -> None:
    began = desk.now
    desk.voss.on_post = lambda _: NotSent("connection refused")
    with pytest.raises(UsageNotSent):
        desk.forward()
    assert desk.now - began < Timing().send_window
    assert (desk.the_record().state, desk.ledger.unsettled(10)) == (UsageState.Pending, [])
    desk.voss.on_post = None
    forwarded = desk.forward()
    assert (forwarded.usage.state, forwarded.usage.attempt, forwarded.replayed) == (UsageState.Sent, 2, False)
    assert len(desk.voss.bill) == 1


def test_a_refused_sign_in_is_not_tried_again(desk: Desk) -> None:
    tries: list[int] = []

    def sign_in() -> NotSent:
        tries.append(1)
        return NotSent("wrong secret", may_retry=False)

    desk.voss.on_sign_in = sign_in
    with pytest.raises(UsageNotSent):
        desk.forward()
    assert len(tries) == 1


def test_a_sender_that_was_held_up_does_not_post_any_more(desk: Desk) -> None:
    desk.voss.on_sign_in = lambda: desk.wait(8.0)
    with pytest.raises(UsageNotSent):
        desk.forward()
    assert desk.voss.bill == []


def test_an_unknown_outcome_is_told_with_the_usage_id_and_never_posted_again(desk: Desk) -> None:
    posts: list[str] = []

    def post(usage: Usage) -> Outcome:
        posts.append(usage.id)
        return Unclear("timeout")

    desk.voss.on_post = post
    for replayed in (False, True):
        with pytest.raises(UsageUnknown) as unknown:
            desk.forward()
        assert (unknown.value.usage_id, unknown.value.replayed) == (desk.the_record().id, replayed)
    assert len(posts) == 1
    assert desk.the_record().due_at == desk.the_record().claimed_at + Timing().settle_after


def test_already_there_is_a_success_with_the_fetched_answer(desk: Desk) -> None:
    def post(usage: Usage) -> AlreadyThere:
        desk.voss.accept(usage)
        return AlreadyThere()

    desk.voss.on_post = post
    assert desk.forward().usage.state is UsageState.Sent


def test_already_there_that_cannot_be_fetched_is_unknown(desk: Desk) -> None:
    desk.voss.on_post = lambda _: AlreadyThere()
    desk.voss.on_find = lambda _: NotThere()
    with pytest.raises(UsageUnknown):
        desk.forward()


def test_a_usage_whose_sender_died_is_unknown_once_it_is_due_and_in_progress_before(desk: Desk) -> None:
    def die(_: Usage) -> Outcome:
        raise KeyboardInterrupt

    desk.voss.on_post = die
    with pytest.raises(KeyboardInterrupt):
        desk.forward()
    with pytest.raises(UsageInProgress):
        desk.forward()
    desk.wait(Timing().settle_after.total_seconds())
    with pytest.raises(UsageUnknown):
        desk.forward()
    assert desk.the_record().state is UsageState.Unknown


def test_a_caller_who_was_told_unknown_is_not_let_down_by_a_sender_that_wakes_up(desk: Desk) -> None:
    def oversleep() -> None:
        desk.voss.on_sign_in = lambda: None
        desk.wait(100)
        with pytest.raises(UsageUnknown):
            desk.forward()

    desk.voss.on_sign_in = oversleep
    with pytest.raises(UsageUnknown):
        desk.forward()
    assert desk.the_record().state is UsageState.Unknown


class SilentLedger(InMemoryLedger):
    """A ledger that stores nothing from the `silent_from`th write on."""

    def __init__(self, silent_from: int) -> None:
        super().__init__()
        self._writes_left = silent_from

    def _write(self) -> None:
        if not self._writes_left:
            raise RetriableError("The ledger cannot be reached.")
        self._writes_left -= 1

    def reserve(self, usage: Usage) -> Usage | None:
        self._write()
        return super().reserve(usage)

    def change(self, before: Usage, after: Usage) -> bool:
        self._write()
        return super().change(before, after)


def test_without_a_record_nothing_is_sent() -> None:
    desk = Desk(SilentLedger(0))
    with pytest.raises(UsageNotSent):
        desk.forward()
    assert desk.voss.bill == []


def test_a_success_that_could_not_be_written_down_is_not_told_as_one() -> None:
    desk = Desk(SilentLedger(1))
    with pytest.raises(UsageUnknown) as unknown:
        desk.forward()
    assert desk.voss.bill == [unknown.value.usage_id]


def test_timing_must_leave_room_between_the_last_post_and_the_read_back() -> None:
    with pytest.raises(ValueError, match="no room"):
        Timing(send_window=timedelta(seconds=8), settle_after=timedelta(seconds=15))

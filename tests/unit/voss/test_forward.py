"""Forwarding a usage: one line on the bill at most, and an outcome that is true."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bokabridge.errors import (
    KeyReused,
    Refusal,
    UsageError,
    UsageInProgress,
    UsageNotSent,
    UsageRejected,
    UsageUnknown,
)
from bokabridge.paging import Window
from bokabridge.voss.forward import Forwarded
from bokabridge.voss.outcome import AlreadyThere, NotSent, NotThere, Outcome, Refused, Unclear
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Usage, UsageOrder, UsageQuery, UsageState
from tests.data import COMPANY_ID
from tests.unit.voss.world import ORDER, TIMING, World


class ForwardWorld(World):
    """A world in which one company forwards usages."""

    def forward(self, order: UsageOrder = ORDER) -> Forwarded:
        return self.forwarder.forward(COMPANY_ID, "k", order)

    def the_record(self) -> Usage:
        (usage,) = self.ledger.list(COMPANY_ID, UsageQuery(), Window(0, 10)).results
        return usage

    def outcomes(self, *outcomes: Outcome) -> Callable[[Usage], Outcome]:
        """VOSS returns these outcomes one by one, then accepts every usage."""
        remaining = list(outcomes)
        return lambda usage: remaining.pop(0) if remaining else self.voss.accept(usage)


@pytest.fixture
def world() -> ForwardWorld:
    return ForwardWorld()


def test_an_accepted_usage_is_billed_once_and_stored_as_sent(world: ForwardWorld) -> None:
    forwarded = world.forward()
    assert (forwarded.usage.state, forwarded.replayed) == (UsageState.Sent, False)
    assert world.voss.bill == [forwarded.usage.id]
    assert world.the_record() == forwarded.usage


def test_the_record_is_in_the_ledger_before_voss_is_called(world: ForwardWorld) -> None:
    seen: list[Usage] = []

    def post(usage: Usage) -> Outcome:
        seen.append(world.the_record())
        return world.voss.accept(usage)

    world.voss.on_post = post
    world.forward()
    assert [(usage.state, usage.attempt, usage.order) for usage in seen] == [(UsageState.Sending, 1, ORDER)]


def test_a_repeated_request_returns_the_stored_result_and_bills_nothing(world: ForwardWorld) -> None:
    first, second = world.forward(), world.forward()
    assert second == Forwarded(first.usage, replayed=True)
    assert len(world.voss.bill) == 1


@pytest.mark.parametrize("other", [UsageOrder("KONSULT-TIM", 7), UsageOrder("SMS-STYCK", 6)])
def test_a_used_key_is_refused_for_another_usage(world: ForwardWorld, other: UsageOrder) -> None:
    world.forward()
    with pytest.raises(KeyReused):
        world.forward(other)
    assert len(world.voss.bill) == 1


def test_a_repeated_request_during_the_first_is_in_progress_with_a_retry_after(world: ForwardWorld) -> None:
    errors: list[UsageError] = []

    def post(usage: Usage) -> Outcome:
        with pytest.raises(UsageInProgress) as repeat:
            world.forward()
        errors.append(repeat.value)
        return world.voss.accept(usage)

    world.voss.on_post = post
    world.forward()
    assert [error.retry_after_seconds for error in errors] == [2]


def test_a_refusal_is_final_and_a_repeated_request_gets_the_same_reason(world: ForwardWorld) -> None:
    world.voss.on_post = world.outcomes(Refused(Refusal.NotFound, "There is no such customer."))
    for replayed in (False, True):
        with pytest.raises(UsageRejected, match=r"There is no such customer\.") as rejected:
            world.forward()
        assert (rejected.value.refusal, rejected.value.replayed) == (Refusal.NotFound, replayed)
    assert world.voss.bill == []


def test_a_usage_that_was_not_sent_is_tried_again_at_once(world: ForwardWorld) -> None:
    world.voss.on_post = world.outcomes(NotSent("connection refused"), NotSent("429", retry_after_seconds=1.0))
    assert world.forward().usage.state is UsageState.Sent
    assert len(world.voss.bill) == 1


def test_any_number_of_tries_is_possible_while_the_clock_stands_still(world: ForwardWorld) -> None:
    usage = world.forward().usage
    world.voss.on_post = world.outcomes(*[NotSent("connection refused")] * 1100)
    sender = Sender(world.ledger, world.voss, world.clock, lambda _: None, TIMING)
    assert sender.send(replace(usage, state=UsageState.Sending), is_owed=False).state is UsageState.Sent


def test_a_usage_that_cannot_be_sent_in_time_goes_back_to_its_caller(world: ForwardWorld) -> None:
    began = world.now
    world.voss.on_post = lambda _: NotSent("connection refused")
    with pytest.raises(UsageNotSent):
        world.forward()
    assert world.now - began < TIMING.send_window
    assert (world.the_record().state, world.ledger.list_unsettled(10)) == (UsageState.Pending, [])


def test_the_caller_can_send_a_pending_usage_with_the_same_key(world: ForwardWorld) -> None:
    world.voss.on_post = lambda _: NotSent("connection refused")
    with pytest.raises(UsageNotSent):
        world.forward()
    world.voss.on_post = None
    forwarded = world.forward()
    assert (forwarded.usage.state, forwarded.usage.attempt, forwarded.replayed) == (UsageState.Sent, 2, False)
    assert len(world.voss.bill) == 1


def test_a_refused_sign_in_is_not_tried_again(world: ForwardWorld) -> None:
    tries: list[int] = []

    def sign_in() -> NotSent:
        tries.append(1)
        return NotSent("wrong secret", may_retry=False)

    world.voss.on_sign_in = sign_in
    with pytest.raises(UsageNotSent):
        world.forward()
    assert len(tries) == 1


def test_a_sender_does_not_post_after_its_send_window(world: ForwardWorld) -> None:
    world.voss.on_sign_in = lambda: world.wait(8.0)
    with pytest.raises(UsageNotSent):
        world.forward()
    assert world.voss.bill == []


def test_an_unclear_outcome_is_unknown_with_the_usage_id_and_never_posted_again(world: ForwardWorld) -> None:
    posts: list[str] = []

    def post(usage: Usage) -> Outcome:
        posts.append(usage.id)
        return Unclear("timeout")

    world.voss.on_post = post
    for replayed in (False, True):
        with pytest.raises(UsageUnknown) as unknown:
            world.forward()
        assert (unknown.value.usage_id, unknown.value.replayed) == (world.the_record().id, replayed)
    assert len(posts) == 1
    assert world.the_record().due_at == world.the_record().claimed_at + TIMING.settle_after


def test_a_usage_that_voss_already_has_is_sent_with_the_result_of_the_read_back(world: ForwardWorld) -> None:
    def post(usage: Usage) -> AlreadyThere:
        world.voss.accept(usage)
        return AlreadyThere()

    world.voss.on_post = post
    assert world.forward().usage.state is UsageState.Sent


def test_a_usage_that_voss_already_has_is_unknown_if_the_read_back_does_not_find_it(world: ForwardWorld) -> None:
    world.voss.on_post = lambda _: AlreadyThere()
    world.voss.on_read_back = lambda _: NotThere()
    with pytest.raises(UsageUnknown):
        world.forward()


def test_a_usage_of_a_dead_sender_is_in_progress_until_it_is_due_and_then_unknown(world: ForwardWorld) -> None:
    def die(_: Usage) -> Outcome:
        raise KeyboardInterrupt

    world.voss.on_post = die
    with pytest.raises(KeyboardInterrupt):
        world.forward()
    with pytest.raises(UsageInProgress):
        world.forward()
    world.wait(TIMING.settle_after.total_seconds())
    with pytest.raises(UsageUnknown):
        world.forward()
    assert world.the_record().state is UsageState.Unknown


def test_a_delayed_sender_cannot_undo_an_unknown_that_a_caller_already_got(world: ForwardWorld) -> None:
    def oversleep() -> None:
        world.voss.on_sign_in = lambda: None
        world.wait(100)
        with pytest.raises(UsageUnknown):
            world.forward()

    world.voss.on_sign_in = oversleep
    with pytest.raises(UsageUnknown):
        world.forward()
    assert world.the_record().state is UsageState.Unknown

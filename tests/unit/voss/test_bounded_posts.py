"""A VOSS that contradicts itself: the number of POSTs is bounded, and the record says what is true or is disputed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest

from bokabridge.errors import Refusal, UsageDisputed, UsageError, UsageUnknown
from bokabridge.paging import Window
from bokabridge.voss.fakes import demo_result_json
from bokabridge.voss.outcome import Accepted, Acknowledged, AlreadyThere, NotSent, NotThere, Outcome, Refused, Unclear
from bokabridge.voss.reconcile import Verdict
from bokabridge.voss.usage import Usage, UsageQuery, UsageState
from tests.data import COMPANY_ID
from tests.unit.voss.world import ORDER, TIMING, World


class TroubledWorld(World):
    """A world in which one usage is forwarded, and the reconciler runs every minute for an hour."""

    def forward(self) -> None:
        with suppress(UsageError):
            self.forwarder.forward(COMPANY_ID, "k", ORDER)

    def reconcile_for(self, minutes: int) -> None:
        for _ in range(minutes):
            self.wait(60)
            self.reconciler.run(lambda: False)

    def record(self) -> Usage:
        (usage,) = self.ledger.list(COMPANY_ID, UsageQuery(), Window(0, 10)).results
        return usage

    def billing(self, outcome: Outcome) -> Callable[[Usage], Outcome]:
        """VOSS bills every POST and gives this outcome."""

        def post(usage: Usage) -> Outcome:
            self.voss.accept(usage)
            return outcome

        return post


ACKNOWLEDGEMENTS: list[Acknowledged | AlreadyThere] = [
    Acknowledged("The response cannot be read.", '{"ok":true}'),
    AlreadyThere('VOSS\'s message: "The usage exists already."', '{"message":"The usage exists already."}'),
]


@pytest.fixture
def world() -> TroubledWorld:
    return TroubledWorld()


@pytest.mark.parametrize("outcome", ACKNOWLEDGEMENTS, ids=["unreadable 2xx", "409"])
def test_an_acknowledged_usage_that_is_never_listed_is_posted_once_and_disputed(
    world: TroubledWorld, outcome: Acknowledged | AlreadyThere
) -> None:
    world.voss.on_post = world.billing(outcome)
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()
    world.reconcile_for(minutes=60)
    assert len(world.voss.bill) == 1
    record = world.record()
    assert (record.state, record.attempt) == (UsageState.Disputed, 1)
    assert record.raw_answer == outcome.raw
    assert outcome.reason in (record.reason or "")


@pytest.mark.parametrize("outcome", ACKNOWLEDGEMENTS, ids=["unreadable 2xx", "409"])
def test_an_acknowledged_usage_is_sent_once_voss_lists_it(world: TroubledWorld, outcome: Outcome) -> None:
    world.voss.on_post = world.billing(outcome)
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()
    world.reconcile_for(minutes=5)
    assert world.record().state is UsageState.Unknown
    world.voss.on_read_back = lambda _: None
    world.reconcile_for(minutes=1)
    assert (world.record().state, len(world.voss.bill)) == (UsageState.Sent, 1)


def test_a_usage_is_posted_at_most_three_times_with_growing_waits_and_is_then_disputed(world: TroubledWorld) -> None:
    posted = []

    def post(usage: Usage) -> Outcome:
        posted.append(world.now)
        world.voss.accept(usage)
        return Unclear('HTTP status 500. VOSS\'s message: "Out of order."', quotes_voss=True)

    world.voss.on_post = post
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()
    world.reconcile_for(minutes=60)
    waits = [later - earlier for earlier, later in pairwise(posted)]
    assert len(waits) == TIMING.max_posts - 1
    assert waits[0] >= TIMING.settle_after
    assert waits[1] >= 2 * TIMING.settle_after
    record = world.record()
    assert (record.state, record.posts) == (UsageState.Disputed, TIMING.max_posts)
    assert "Out of order." in (record.reason or "")
    assert world.ledger.list_unsettled(10) == []
    assert [entry.usage_id for entry in world.ledger.list_disputed(10)] == [record.id]


def test_a_disputed_usage_stays_disputed_for_its_caller_and_for_the_reconciler(world: TroubledWorld) -> None:
    world.voss.on_post = world.billing(ACKNOWLEDGEMENTS[0])
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()
    world.reconcile_for(minutes=60)
    world.voss.on_post = None
    with pytest.raises(UsageDisputed, match="a person has to settle it") as disputed:
        world.forwarder.forward(COMPANY_ID, "k", ORDER)
    assert disputed.value.replayed
    world.reconcile_for(minutes=2)
    assert len(world.voss.bill) == 1


def test_a_repeated_post_that_succeeds_is_disputed_if_the_earlier_one_was_billed_too(world: TroubledWorld) -> None:
    world.voss.on_post = world.billing(Unclear("HTTP status 500"))
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()
    world.voss.on_post = None  # the second POST succeeds
    world.reconcile_for(minutes=3)
    assert world.record().state is UsageState.Unknown, "one success does not prove that there is one line"
    world.voss.on_read_back = lambda _: None
    world.reconcile_for(minutes=2)
    assert len(world.voss.bill) == 2
    assert world.record().state is UsageState.Disputed


def test_a_repeated_post_whose_line_is_listed_before_the_older_one_is_not_taken_for_the_only_line(
    world: TroubledWorld,
) -> None:
    """The list lags, and the answer of the second POST is lost. So the listed line may be the first POST's."""
    world.voss.on_post = world.billing(Unclear("HTTP status 500"))
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()
    world.reconcile_for(minutes=2)
    assert len(world.voss.bill) == 2
    world.voss.on_read_back = lambda usage: Accepted(demo_result_json(usage), lines=1)
    world.reconcile_for(minutes=2)
    assert world.record().state is UsageState.Unknown
    world.voss.on_read_back = lambda _: None
    world.reconcile_for(minutes=2)
    assert world.record().state is UsageState.Disputed


def test_a_refused_repetition_is_sent_if_the_earlier_post_turns_out_to_be_billed(world: TroubledWorld) -> None:
    world.voss.on_post = world.billing(Unclear("HTTP status 500"))
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()

    def refuse(_: Usage) -> Outcome:
        world.voss.on_read_back = lambda _: None
        return Refused(Refusal.Unprocessable, "The subscription is closed.")

    world.voss.on_post = refuse
    world.reconcile_for(minutes=15)
    assert (world.record().state, len(world.voss.bill)) == (UsageState.Sent, 1)


def test_a_refusal_after_two_unclear_posts_does_not_settle_the_usage(world: TroubledWorld) -> None:
    world.voss.on_post = world.billing(Unclear("HTTP status 500"))
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()
    world.reconcile_for(minutes=2)
    assert len(world.voss.bill) == 2
    world.voss.on_post = lambda _: Refused(Refusal.Unprocessable, "The subscription is closed.")
    world.reconcile_for(minutes=15)
    assert world.record().state is UsageState.Disputed
    assert world.record().reason == (
        "VOSS may have received 2 POSTs of the usage, and lists none. "
        "It refused the next one. The subscription is closed."
    )


def test_a_voss_that_bills_and_says_too_many_requests_is_asked_before_the_next_post(world: TroubledWorld) -> None:
    refused = NotSent("HTTP status 429", retry_after_seconds=1.0, was_answered=True)
    world.voss.on_post = world.billing(refused)
    world.forward()
    assert (world.record().state, len(world.voss.bill)) == (UsageState.Sent, 1)


def test_a_pending_usage_that_voss_has_answered_is_read_back_before_its_caller_can_send_it(
    world: TroubledWorld,
) -> None:
    world.voss.on_post = world.billing(NotSent("HTTP status 403", may_retry=False, was_answered=True))
    world.forward()
    assert world.record().state is UsageState.Pending
    world.forward()
    assert (world.record().state, len(world.voss.bill)) == (UsageState.Sent, 1)


def test_a_late_sender_adds_what_it_learnt_to_the_record_that_others_have_taken_over(world: TroubledWorld) -> None:
    def post(usage: Usage) -> Outcome:
        world.voss.accept(usage)
        world.wait(100)  # the sender is held up, and its caller repeats the request
        with pytest.raises(UsageUnknown):
            world.forwarder.forward(COMPANY_ID, "k", ORDER)
        return Acknowledged("The response cannot be read.", "{}")

    world.voss.on_post = post
    world.voss.on_read_back = lambda _: NotThere()
    world.forward()
    assert world.record().is_acknowledged
    world.reconcile_for(minutes=60)
    assert (world.record().state, len(world.voss.bill)) == (UsageState.Disputed, 1)


def test_a_usage_that_voss_lists_twice_is_disputed(world: TroubledWorld) -> None:
    def bill_twice(usage: Usage) -> Outcome:
        world.voss.accept(usage)
        world.voss.accept(usage)
        return Unclear("timeout")

    world.voss.on_post = bill_twice
    world.forward()
    world.reconcile_for(minutes=3)
    assert (world.record().state, world.record().reason) == (UsageState.Disputed, "VOSS lists the usage 2 times.")


def test_a_usage_of_which_voss_says_nothing_for_three_days_is_disputed(world: TroubledWorld) -> None:
    world.voss.on_post = world.billing(Unclear("timeout"))
    world.voss.on_read_back = lambda _: Unclear("VOSS is down.")
    world.forward()
    world.wait(timedelta(days=2).total_seconds())
    assert world.reconciler.run(lambda: False).verdicts == {Verdict.Left: 1}
    world.wait(timedelta(days=2).total_seconds())
    assert world.reconciler.run(lambda: False).verdicts == {Verdict.GivenUp: 1}


def test_an_answer_that_names_the_usage_but_is_no_result_is_sent_with_its_text(world: TroubledWorld) -> None:
    raw = '{"externalReference":"it"}'
    world.voss.on_post = world.billing(Accepted(None, raw, "The response is not in the agreed format."))
    world.forward()
    record = world.record()
    assert (record.state, record.raw_answer, record.result_json) == (UsageState.Sent, raw, None)

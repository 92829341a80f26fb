"""Every call of the ledger fails once, in every way: what the caller got is true, and the bill has one line at most.

A point is one behaviour of VOSS, one history of the usage, one call of the ledger and one fault. The sweep walks all of
them.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from bokabridge.errors import (
    LedgerUnavailable,
    Refusal,
    RetriableError,
    UsageError,
    UsageInProgress,
    UsageNotSent,
    UsageRejected,
    UsageUnknown,
)
from bokabridge.paging import Window
from bokabridge.voss.fakes import InMemoryLedger, InMemoryVoss
from bokabridge.voss.outcome import Acknowledged, AlreadyThere, NotSent, Outcome, Refused, Unclear
from bokabridge.voss.usage import Usage, UsageQuery, UsageState
from tests.data import COMPANY_ID
from tests.faulty_ledger import FAULTS, FaultyLedger
from tests.unit.voss.world import ORDER, World


class Killed(BaseException):
    """The function is killed."""


REFUSED = Refused(Refusal.Unprocessable, "The subscription is closed.")


def billing(outcome: Outcome | BaseException) -> Callable[[InMemoryVoss, Usage], Outcome]:
    return lambda voss, usage: _outcome(outcome, voss.accept(usage))


def answering(outcome: Outcome | BaseException) -> Callable[[InMemoryVoss, Usage], Outcome]:
    return lambda voss, usage: _outcome(outcome, None)


def _outcome(outcome: Outcome | BaseException, _: object) -> Outcome:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


BEHAVIOURS: dict[str, Callable[[InMemoryVoss, Usage], Outcome]] = {
    "accepts": lambda voss, usage: voss.accept(usage),
    "refuses": answering(REFUSED),
    "cannot be reached": answering(NotSent("connection refused")),
    "throttles": answering(NotSent("HTTP status 429", may_retry=False, was_answered=True)),
    "fails without billing": answering(Unclear("HTTP status 500")),
    "fails after billing": billing(Unclear("HTTP status 500")),
    "is unreadable": billing(Acknowledged("The response cannot be read.", "{}")),
    "has it already": billing(AlreadyThere()),
    "kills us before billing": answering(Killed()),
    "kills us after billing": billing(Killed()),
}

HISTORIES = ("new", "pending", "dead sender", "unknown")


class SweptWorld(World):
    """A world whose ledger fails on demand, and whose VOSS behaves in one way until it recovers."""

    def __init__(self, history: str, behaviour: str) -> None:
        self.faulty = FaultyLedger(InMemoryLedger())
        super().__init__(self.faulty)
        before = {
            "pending": "cannot be reached",
            "dead sender": "kills us before billing",
            "unknown": "fails without billing",
        }
        if history in before:
            self.behave(before[history])
            self.ask()
        if history == "dead sender":
            self.wait(100)
        self.behave(behaviour)

    def behave(self, behaviour: str) -> None:
        post = BEHAVIOURS[behaviour]
        self.voss.on_post = lambda usage: post(self.voss, usage)

    def ask(self) -> BaseException | None:
        """What the caller of the usage gets: an error, or None for a success."""
        try:
            self.forwarder.forward(COMPANY_ID, "k", ORDER)
        except (UsageError, Killed) as error:
            return error
        return None

    def reconcile_for(self, minutes: int) -> None:
        for _ in range(minutes):
            self.wait(60)
            with suppress(Killed, RetriableError):
                self.reconciler.run(lambda: False)

    def record(self) -> Usage | None:
        found = self.faulty.inner.list(COMPANY_ID, UsageQuery(), Window(0, 10)).results
        return found[0] if found else None

    def state(self) -> UsageState | None:
        record = self.record()
        return record.state if record else None

    @property
    def lines(self) -> int:
        return len(self.voss.bill)


@dataclass(frozen=True)
class Point:
    """One point of the sweep."""

    history: str
    behaviour: str
    number: int
    fault: str
    is_lasting: bool
    by: str


def points() -> Iterator[tuple[Point, SweptWorld, BaseException | None]]:
    """Every point, carried out: the world after it, and what the caller got."""
    for by in ("caller", "reconciler"):
        for history in HISTORIES if by == "caller" else ("dead sender", "unknown"):
            for behaviour in BEHAVIOURS:
                for fault in FAULTS:
                    for is_lasting in (False, True):
                        yield from _numbers(by, history, behaviour, fault, is_lasting)


def _numbers(
    by: str, history: str, behaviour: str, fault: str, is_lasting: bool
) -> Iterator[tuple[Point, SweptWorld, BaseException | None]]:
    for number in range(20):
        world = SweptWorld(history, behaviour)
        if by == "reconciler":
            world.wait(100)
        world.faulty.fail(number, fault, is_lasting=is_lasting)
        got: BaseException | None = None
        if by == "caller":
            got = world.ask()
        else:
            with suppress(Killed, RetriableError):
                world.reconciler.run(lambda: False)
        was_reached = world.faulty.calls > number
        if not was_reached:
            return
        yield Point(history, behaviour, number, fault, is_lasting, by), world, got
    raise AssertionError("an operation has more calls than the sweep reaches")


def check_promise(point: Point, world: SweptWorld, got: BaseException | None) -> None:
    """What the caller got is true now, and stays true although late writes arrive."""
    state, lines = world.state(), world.lines
    world.faulty.recover()
    assert world.state() == state or isinstance(got, LedgerUnavailable | Killed | UsageInProgress), point
    state = world.state()
    match got:
        case None:
            assert (state, lines) == (UsageState.Sent, 1), point
        case UsageRejected():
            assert (state, lines) == (UsageState.Rejected, 0), point
        case UsageNotSent():
            assert (state, lines) == (UsageState.Pending, 0), point
            world.reconcile_for(minutes=60)
            assert (world.state(), world.lines) == (UsageState.Pending, 0), "somebody has sent it"
        case UsageUnknown():
            assert state in (UsageState.Sending, UsageState.Unknown), point
            world.voss.on_post = None
            world.reconcile_for(minutes=15)
            assert world.state() is UsageState.Sent, point
            assert world.lines == 1, point
        case UsageInProgress() | LedgerUnavailable() | Killed():
            pass
        case _:
            raise AssertionError(point)


def test_every_promise_is_true_wherever_the_ledger_fails() -> None:
    swept = 0
    for point, world, got in points():
        swept += 1
        if point.by == "caller":
            check_promise(point, world, got)
        world.faulty.recover()
        world.voss.on_post = None
        world.reconcile_for(minutes=15)
        assert world.lines <= 1, point
        world.ask()
        world.reconcile_for(minutes=15)
        world.ask()
        assert world.lines == (0 if world.state() is UsageState.Rejected else 1), point
        assert world.state() in (UsageState.Sent, UsageState.Rejected), point
    print(f"{swept} points swept")
    assert swept > 1000


@pytest.mark.parametrize("number", [0, 1])
def test_a_caller_whose_usage_may_be_recorded_does_not_get_a_promise(number: int) -> None:
    world = SweptWorld("new", "accepts")
    world.faulty.fail(number, "response lost", is_lasting=True)
    got = world.ask()
    assert isinstance(got, LedgerUnavailable)
    assert "whether the usage is recorded is not known" in str(got)


def test_a_lost_response_of_the_last_write_does_not_keep_the_outcome_from_the_caller() -> None:
    world = SweptWorld("new", "accepts")
    world.faulty.fail(1, "response lost")
    assert world.ask() is None

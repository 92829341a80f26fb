"""A person's decision about a disputed usage."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bokabridge.errors import Conflict, NotFound, UsageNotBilled
from bokabridge.operations.voss import SettleVossUsage
from bokabridge.voss.fakes import InMemoryLedger
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.settle import settle_usage
from bokabridge.voss.usage import Settlement, SettlementOutcome, Usage, UsageState, new_usage
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.unit.voss.world import ORDER, TIMING, World

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BILLED = Settlement(SettlementOutcome.Billed, "Line 4711 of the invoice.", "anna", NOW)
NOT_BILLED = Settlement(SettlementOutcome.NotBilled, "VOSS's support found no line.", "anna", NOW)


def disputed(ledger: UsageLedger) -> Usage:
    usage = new_usage(COMPANY_ID, "k", ORDER, NOW, TIMING)
    ledger.reserve(usage)
    after = usage.disputed("VOSS acknowledged the usage but does not list it.", NOW)
    assert ledger.change(usage, after)
    return after


@pytest.mark.parametrize(("made", "state"), [(BILLED, UsageState.Sent), (NOT_BILLED, UsageState.Rejected)])
def test_a_decision_is_final_and_stored_with_its_note(made: Settlement, state: UsageState) -> None:
    ledger = InMemoryLedger()
    usage = disputed(ledger)
    settled = settle_usage(COMPANY_ID, usage.id, made, ledger=ledger)
    assert (settled.state, settled.settlement) == (state, made)
    assert ledger.find(COMPANY_ID, usage.id) == settled
    assert (ledger.list_disputed(10), ledger.list_unsettled(10)) == ([], [])


def test_the_same_decision_again_changes_nothing_and_another_one_is_a_conflict() -> None:
    ledger = InMemoryLedger()
    usage = disputed(ledger)
    first = settle_usage(COMPANY_ID, usage.id, BILLED, ledger=ledger)
    again = settle_usage(COMPANY_ID, usage.id, replace(BILLED, note="Another note."), ledger=ledger)
    assert again == first
    with pytest.raises(Conflict, match="already been settled as Billed"):
        settle_usage(COMPANY_ID, usage.id, NOT_BILLED, ledger=ledger)


@pytest.mark.parametrize(
    "change",
    [
        lambda usage: usage.sent("{}", NOW),
        lambda usage: usage.not_sent("refused", NOW),
        lambda usage: usage.unknown("timeout", NOW),
    ],
    ids=["sent", "pending", "unknown"],
)
def test_only_a_disputed_usage_can_be_settled(change: object) -> None:
    ledger = InMemoryLedger()
    usage = new_usage(COMPANY_ID, "k", ORDER, NOW, TIMING)
    ledger.reserve(usage)
    changed = change(usage)  # type: ignore[operator]
    ledger.change(usage, changed)
    with pytest.raises(Conflict, match="Only a disputed usage"):
        settle_usage(COMPANY_ID, usage.id, BILLED, ledger=ledger)
    assert ledger.find(COMPANY_ID, usage.id) == changed


def test_another_companys_usage_is_not_found() -> None:
    ledger = InMemoryLedger()
    with pytest.raises(NotFound):
        settle_usage(OTHER_COMPANY_ID, disputed(ledger).id, BILLED, ledger=ledger)


class Race(InMemoryLedger):
    """A ledger in which another person decides between our read and our write."""

    theirs: Settlement | None = None

    def change(self, before: Usage, after: Usage) -> bool:
        if self.theirs is not None and after.settlement is not None:
            theirs, self.theirs = self.theirs, None
            super().change(before, before.settled_by(theirs))
        return super().change(before, after)


def test_of_two_decisions_at_the_same_time_the_first_one_counts() -> None:
    ledger = Race()
    usage = disputed(ledger)
    ledger.theirs = replace(BILLED, by="bo")
    with pytest.raises(Conflict, match="already been settled as Billed"):
        settle_usage(COMPANY_ID, usage.id, NOT_BILLED, ledger=ledger)
    stored = ledger.find(COMPANY_ID, usage.id)
    assert stored is not None
    assert stored.settlement == replace(BILLED, by="bo")


def test_the_caller_of_a_settled_usage_gets_its_outcome_and_nothing_is_sent() -> None:
    world = World()
    usage = disputed(world.ledger)
    settle_usage(COMPANY_ID, usage.id, NOT_BILLED, ledger=world.ledger)
    with pytest.raises(UsageNotBilled):
        world.forwarder.forward(COMPANY_ID, "k", ORDER)
    other = World()
    usage = disputed(other.ledger)
    settle_usage(COMPANY_ID, usage.id, BILLED, ledger=other.ledger)
    forwarded = other.forwarder.forward(COMPANY_ID, "k", ORDER)
    assert (forwarded.replayed, forwarded.usage.state) == (True, UsageState.Sent)
    assert world.voss.bill == other.voss.bill == []


@pytest.mark.parametrize("note", ["\ud800", "", "\t", "x" * 501])
def test_a_note_that_cannot_be_stored_is_refused(note: str) -> None:
    with pytest.raises(ValidationError):
        SettleVossUsage.model_validate({"Id": COMPANY_ID, "Outcome": "Billed", "Note": note})


def test_a_note_is_stored_without_blanks_around_it() -> None:
    request = SettleVossUsage.model_validate({"Id": COMPANY_ID, "Outcome": "billed", "Note": f" {'x' * 500} "})
    assert (request.outcome, request.note) == (SettlementOutcome.Billed, "x" * 500)

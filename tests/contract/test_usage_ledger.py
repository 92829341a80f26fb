"""The contract of UsageLedger, for the in-memory version and the one on DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.errors import Refusal
from bokabridge.paging import Window
from bokabridge.voss.fakes import InMemoryLedger
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Settlement, SettlementOutcome, Usage, UsageOrder, UsageQuery, UsageState, new_usage
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USAGE_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ORDER = UsageOrder("KONSULT-TIM", 6)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TIMING = Timing()
WHOLE_LIST = Window(0, 100)
BILLED = Settlement(SettlementOutcome.Billed, "Line 4711.", "anna", NOON)
NOT_BILLED = Settlement(SettlementOutcome.NotBilled, "No line.", "anna", NOON)


@pytest.fixture(params=["in memory", "on DynamoDB"])
def ledger(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> UsageLedger:
    return InMemoryLedger() if request.param == "in memory" else DynamoLedger(dynamodb, USAGE_TABLE)


def usage(key: str = "k", at: datetime = NOON, company_id: str = COMPANY_ID, order: UsageOrder = ORDER) -> Usage:
    return new_usage(company_id, key, order, at, TIMING)


def test_reserving_a_new_key_stores_the_whole_record(ledger: UsageLedger) -> None:
    made = usage()
    assert ledger.reserve(made) is None
    assert ledger.find(COMPANY_ID, made.id) == made


def test_reserving_a_used_key_returns_its_record_and_stores_nothing(ledger: UsageLedger) -> None:
    first, second = usage(), usage(order=UsageOrder("SMS-STYCK", 1))
    ledger.reserve(first)
    assert ledger.reserve(second) == first
    assert ledger.find(COMPANY_ID, second.id) is None


def test_two_companies_can_use_the_same_key(ledger: UsageLedger) -> None:
    ours, theirs = usage(), usage(company_id=OTHER_COMPANY_ID)
    assert ledger.reserve(ours) is None
    assert ledger.reserve(theirs) is None
    assert ledger.find(OTHER_COMPANY_ID, ours.id) is None


def test_of_concurrent_reservations_of_one_key_one_wins(ledger: UsageLedger) -> None:
    candidates = [usage() for _ in range(8)]
    with ThreadPoolExecutor(8) as callers:
        existing = list(callers.map(ledger.reserve, candidates))
    assert existing.count(None) == 1
    winner = candidates[existing.index(None)]
    assert {found.id for found in existing if found is not None} == {winner.id}


@pytest.mark.parametrize(
    "changed",
    [
        usage().sent('{"id":"å"}', NOON),
        usage().rejected(Refusal.NotFound, "There is no such customer.", NOON),
        usage().not_sent("connection refused", NOON),
        usage().unknown("timeout", NOON),
        usage().unknown("timeout", NOON, due_at=NOON + timedelta(minutes=1)),
        usage().claimed(NOON + timedelta(minutes=2), TIMING),
        usage().not_sent("VOSS accepts no more requests.", NOON, was_answered=True),
        usage().still_owed("connection refused", NOON),
        usage().acknowledged("409", NOON, NOON + timedelta(seconds=45), raw_answer='{"å":1}', result_json='{"id":"7"}'),
        usage().sent(None, NOON, raw_answer="<html>", note="The answer is not in the agreed format."),
        usage().disputed("VOSS does not list the usage.", NOON),
        usage().disputed("VOSS does not list the usage.", NOON).settled_by(BILLED),
        usage().disputed("VOSS does not list the usage.", NOON).settled_by(NOT_BILLED),
    ],
    ids=lambda changed: changed.state,
)
def test_a_change_stores_every_field(ledger: UsageLedger, changed: Usage) -> None:
    before = replace(usage(), id=changed.id)
    ledger.reserve(before)
    assert ledger.change(before, changed)
    assert ledger.find(COMPANY_ID, changed.id) == changed


def test_a_change_that_expects_another_state_changes_nothing(ledger: UsageLedger) -> None:
    sending = usage()
    ledger.reserve(sending)
    unknown = sending.unknown("timeout", NOON)
    ledger.change(sending, unknown)
    assert not ledger.change(sending, sending.sent("{}", NOON))
    assert ledger.find(COMPANY_ID, sending.id) == unknown


def test_a_change_that_expects_an_older_attempt_changes_nothing(ledger: UsageLedger) -> None:
    first = usage()
    ledger.reserve(first)
    second = first.claimed(NOON, TIMING)
    assert ledger.change(first, second)
    assert not ledger.change(first, first.unknown("timeout", NOON))
    assert ledger.find(COMPANY_ID, first.id) == second


def test_a_change_that_expects_an_older_revision_of_the_same_state_changes_nothing(ledger: UsageLedger) -> None:
    """Otherwise a reconciler that read the record earlier could undo an acknowledgement, and post again."""
    sending = usage()
    ledger.reserve(sending)
    unknown = sending.unknown("timeout", NOON)
    ledger.change(sending, unknown)
    acknowledged = unknown.acknowledged("409", NOON, NOON, raw_answer="{}", result_json=None)
    assert ledger.change(unknown, acknowledged)
    assert not ledger.change(unknown, unknown.claimed(NOON, TIMING))
    assert ledger.find(COMPANY_ID, sending.id) == acknowledged


def test_of_concurrent_claims_of_the_next_attempt_one_wins(ledger: UsageLedger) -> None:
    pending = usage().not_sent("connection refused", NOON)
    ledger.reserve(pending)
    with ThreadPoolExecutor(8) as callers:
        won = list(callers.map(lambda _: ledger.change(pending, pending.claimed(NOON, TIMING)), range(8)))
    assert won.count(True) == 1


def test_a_missing_record_cannot_be_changed(ledger: UsageLedger) -> None:
    made = usage()
    assert not ledger.change(made, made.sent("{}", NOON))
    assert ledger.find(COMPANY_ID, made.id) is None


def test_unsettled_usages_are_listed_longest_due_first_until_they_are_settled(ledger: UsageLedger) -> None:
    late, early = usage("late", NOON + timedelta(minutes=1)), usage("early")
    other = usage("other", company_id=OTHER_COMPANY_ID)
    for made in (late, early, other):
        ledger.reserve(made)
    ledger.change(other, other.sent("{}", NOON))
    listed = ledger.list_unsettled(10)
    assert [(entry.company_id, entry.usage_id) for entry in listed] == [(COMPANY_ID, early.id), (COMPANY_ID, late.id)]
    assert (listed[0].due_at, listed[0].since) == (NOON + TIMING.settle_after, NOON)
    assert [entry.usage_id for entry in ledger.list_unsettled(1)] == [early.id]
    ledger.change(early, early.not_sent("connection refused", NOON))
    assert [entry.usage_id for entry in ledger.list_unsettled(10)] == [late.id]


def test_disputed_usages_have_a_list_of_their_own_until_they_are_settled(ledger: UsageLedger) -> None:
    first, second, open_usage = usage("first"), usage("second"), usage("open")
    for made in (first, second, open_usage):
        ledger.reserve(made)
    late = second.disputed("VOSS does not list the usage.", NOON + timedelta(minutes=2))
    early = first.disputed("VOSS does not list the usage.", NOON + timedelta(minutes=1))
    ledger.change(second, late)
    ledger.change(first, early)
    listed = ledger.list_disputed(10)
    assert [entry.usage_id for entry in listed] == [first.id, second.id]
    assert (listed[0].due_at, listed[0].since) == (early.updated_at, NOON)
    assert [entry.usage_id for entry in ledger.list_disputed(1)] == [first.id]
    assert [entry.usage_id for entry in ledger.list_unsettled(10)] == [open_usage.id]
    ledger.change(early, early.settled_by(BILLED))
    assert [entry.usage_id for entry in ledger.list_disputed(10)] == [second.id]


def test_a_postponed_usage_moves_backwards_in_the_list_and_never_forwards(ledger: UsageLedger) -> None:
    first, second = usage("first"), usage("second", NOON + timedelta(seconds=1))
    for made in (first, second):
        ledger.reserve(made)
    entry = ledger.list_unsettled(1)[0]
    later = NOON + timedelta(minutes=5)
    ledger.postpone(entry, later)
    assert [(each.usage_id, each.due_at) for each in ledger.list_unsettled(10)][1] == (first.id, later)
    ledger.postpone(entry, NOON)
    assert ledger.list_unsettled(10)[1].due_at == later
    stored = ledger.find(COMPANY_ID, first.id)
    assert stored is not None
    assert ledger.change(first, first.sent("{}", NOON)), "postponing is no change of the record's state"
    ledger.postpone(entry, later + timedelta(minutes=5))
    assert [each.usage_id for each in ledger.list_unsettled(10)] == [second.id]


def test_an_entry_that_cannot_be_read_is_listed_and_can_be_postponed(dynamodb: "DynamoDBClient") -> None:
    ledger = DynamoLedger(dynamodb, USAGE_TABLE)
    broken, whole = usage("broken"), usage("whole")
    for made in (broken, whole):
        ledger.reserve(made)
    place = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": f"USAGE#{broken.id}"}}
    dynamodb.update_item(
        TableName=USAGE_TABLE,
        Key=place,
        UpdateExpression="SET DueAt = :due, UnsettledSince = :since REMOVE #S",
        ExpressionAttributeNames={"#S": "State"},
        ExpressionAttributeValues={":due": {"S": "0000"}, ":since": {"S": "yesterday"}},
    )
    entry, _ = ledger.list_unsettled(10)
    assert (entry.usage_id, entry.due_at < NOON, entry.since < NOON) == (broken.id, True, True)
    ledger.postpone(entry, NOON + timedelta(minutes=5))
    assert [each.usage_id for each in ledger.list_unsettled(10)] == [whole.id, broken.id]


def test_a_record_from_before_the_revisions_can_be_changed(dynamodb: "DynamoDBClient") -> None:
    ledger = DynamoLedger(dynamodb, USAGE_TABLE)
    made = usage()
    ledger.reserve(made)
    place = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": f"USAGE#{made.id}"}}
    dynamodb.update_item(TableName=USAGE_TABLE, Key=place, UpdateExpression="REMOVE Revision, Posts")
    old = ledger.find(COMPANY_ID, made.id)
    assert old == made
    assert ledger.change(made, made.sent("{}", NOON))


def test_a_period_includes_its_start_and_excludes_its_end_and_is_listed_newest_first(ledger: UsageLedger) -> None:
    made = [usage(f"k{hour}", NOON + timedelta(hours=hour)) for hour in range(5)]
    for each in made:
        ledger.reserve(each)
    period = UsageQuery(since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=4))
    page = ledger.list(COMPANY_ID, period, WHOLE_LIST)
    assert (page.total, page.results) == (3, [made[3], made[2], made[1]])
    reversed_period = UsageQuery(since=NOON + timedelta(hours=4), until=NOON)
    assert ledger.list(COMPANY_ID, reversed_period, WHOLE_LIST).total == 0
    assert ledger.list(OTHER_COMPANY_ID, UsageQuery(), WHOLE_LIST).total == 0


def test_a_page_of_one_state_counts_all_usages_in_that_state(ledger: UsageLedger) -> None:
    made = [usage(f"k{minute}", NOON + timedelta(minutes=minute)) for minute in range(6)]
    for each in made:
        ledger.reserve(each)
    for each in made[::2]:
        ledger.change(each, each.sent("{}", NOON))
    page = ledger.list(COMPANY_ID, UsageQuery(UsageState.Sent), Window(1, 1))
    assert (page.offset, page.total, [each.id for each in page.results]) == (1, 3, [made[2].id])
    assert ledger.list(COMPANY_ID, UsageQuery(UsageState.Sent), Window(3, 10)).results == []

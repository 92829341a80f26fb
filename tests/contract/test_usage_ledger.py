"""What every ledger promises: the one in memory and the one on DynamoDB pass the same tests."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.adapters.dynamodb.usages import DynamoLedger, DynamoProductCopies
from bokabridge.errors import Refusal
from bokabridge.voss.fakes import InMemoryLedger, InMemoryProductCopies
from bokabridge.voss.ports import ProductCopies, UsageLedger
from bokabridge.voss.product import Product, ProductCopy, ProductType
from bokabridge.voss.usage import Timing, Usage, UsageOrder, UsageState, new_usage
from tests.usage_table import aws, create_usage_table

COMPANY = "11111111-1111-4111-8111-111111111111"
NEIGHBOUR = "22222222-2222-4222-8222-222222222222"
ORDER = UsageOrder("KONSULT-TIM", 6)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TIMING = Timing()


@pytest.fixture(params=["memory", "dynamodb"])
def ledger(request: pytest.FixtureRequest) -> Iterator[UsageLedger]:
    if request.param == "memory":
        yield InMemoryLedger()
        return
    with aws() as client:
        yield DynamoLedger(client, create_usage_table(client))


@pytest.fixture(params=["memory", "dynamodb"])
def copies(request: pytest.FixtureRequest) -> Iterator[ProductCopies]:
    if request.param == "memory":
        yield InMemoryProductCopies()
        return
    with aws() as client:
        yield DynamoProductCopies(client, create_usage_table(client))


def usage(key: str = "k", at: datetime = NOON, company: str = COMPANY, order: UsageOrder = ORDER) -> Usage:
    return new_usage(company, key, order, at, TIMING)


def test_a_new_key_is_reserved_and_its_record_is_there_with_all_it_was_made_of(ledger: UsageLedger) -> None:
    made = usage()
    assert ledger.reserve(made) is None
    assert ledger.get(COMPANY, made.id) == made


def test_a_key_that_is_taken_gives_the_record_it_belongs_to_and_stores_nothing(ledger: UsageLedger) -> None:
    first, second = usage(), usage(order=UsageOrder("SMS-STYCK", 1))
    ledger.reserve(first)
    assert ledger.reserve(second) == first
    assert ledger.get(COMPANY, second.id) is None


def test_a_key_belongs_to_one_company_only(ledger: UsageLedger) -> None:
    mine, theirs = usage(), usage(company=NEIGHBOUR)
    assert ledger.reserve(mine) is None
    assert ledger.reserve(theirs) is None
    assert ledger.get(NEIGHBOUR, mine.id) is None


def test_of_many_that_reserve_one_key_at_once_one_wins(ledger: UsageLedger) -> None:
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
    ],
    ids=lambda changed: changed.state,
)
def test_a_change_is_stored_whole(ledger: UsageLedger, changed: Usage) -> None:
    before = replace(usage(), id=changed.id)
    ledger.reserve(before)
    assert ledger.change(before, changed)
    assert ledger.get(COMPANY, changed.id) == changed


def test_a_change_from_another_state_than_the_records_changes_nothing(ledger: UsageLedger) -> None:
    sending = usage()
    ledger.reserve(sending)
    unknown = sending.unknown("timeout", NOON)
    ledger.change(sending, unknown)
    assert not ledger.change(sending, sending.sent("{}", NOON))
    assert ledger.get(COMPANY, sending.id) == unknown


def test_a_change_from_an_older_attempt_changes_nothing(ledger: UsageLedger) -> None:
    first = usage()
    ledger.reserve(first)
    second = first.claimed(NOON, TIMING)
    assert ledger.change(first, second)
    assert not ledger.change(first, first.unknown("timeout", NOON))
    assert ledger.get(COMPANY, first.id) == second


def test_of_many_that_claim_the_next_attempt_at_once_one_wins(ledger: UsageLedger) -> None:
    pending = usage().not_sent("refused", NOON)
    ledger.reserve(pending)
    with ThreadPoolExecutor(8) as callers:
        won = list(callers.map(lambda _: ledger.change(pending, pending.claimed(NOON, TIMING)), range(8)))
    assert won.count(True) == 1


def test_a_record_that_is_not_there_cannot_be_changed(ledger: UsageLedger) -> None:
    made = usage()
    assert not ledger.change(made, made.sent("{}", NOON))
    assert ledger.get(COMPANY, made.id) is None


def test_the_unsettled_are_listed_longest_due_first_and_leave_the_list_when_settled(ledger: UsageLedger) -> None:
    late, early, other = usage("late", NOON + timedelta(minutes=1)), usage("early"), usage("other", company=NEIGHBOUR)
    for made in (late, early, other):
        ledger.reserve(made)
    ledger.change(other, other.sent("{}", NOON))
    listed = ledger.unsettled(10)
    assert [(entry.company_id, entry.usage_id) for entry in listed] == [(COMPANY, early.id), (COMPANY, late.id)]
    assert (listed[0].due_at, listed[0].since) == (NOON + TIMING.settle_after, NOON)
    assert [entry.usage_id for entry in ledger.unsettled(1)] == [early.id]
    ledger.change(early, early.not_sent("refused", NOON))
    assert [entry.usage_id for entry in ledger.unsettled(10)] == [late.id]


def test_a_period_is_listed_newest_first_with_its_beginning_and_without_its_end(ledger: UsageLedger) -> None:
    made = [usage(f"k{hour}", NOON + timedelta(hours=hour)) for hour in range(5)]
    for each in made:
        ledger.reserve(each)
    found = ledger.list(COMPANY, None, NOON + timedelta(hours=1), NOON + timedelta(hours=4), 0, 100)
    assert (found.total, found.results) == (3, [made[3], made[2], made[1]])
    assert ledger.list(COMPANY, None, NOON + timedelta(hours=4), NOON, 0, 100).total == 0
    assert ledger.list(NEIGHBOUR, None, None, None, 0, 100).total == 0


def test_a_window_of_one_state_counts_all_that_match(ledger: UsageLedger) -> None:
    made = [usage(f"k{minute}", NOON + timedelta(minutes=minute)) for minute in range(6)]
    for each in made:
        ledger.reserve(each)
    for each in made[::2]:
        ledger.change(each, each.sent("{}", NOON))
    found = ledger.list(COMPANY, UsageState.Sent, None, None, 1, 1)
    assert (found.offset, found.total, [each.id for each in found.results]) == (1, 3, [made[2].id])
    assert ledger.list(COMPANY, UsageState.Sent, None, None, 3, 10).results == []


def test_a_copy_of_the_products_is_kept_for_each_type(copies: ProductCopies) -> None:
    every, hours = [Product("Bas", "BAS"), Product("Timme", "TIM")], [Product("Timme", "TIM")]
    assert copies.load(None) is None
    copies.save(None, ProductCopy(every, NOON))
    copies.save(ProductType.Usage, ProductCopy([], NOON))
    copies.save(ProductType.Usage, ProductCopy(hours, NOON + timedelta(hours=1)))
    assert copies.load(None) == ProductCopy(every, NOON)
    assert copies.load(ProductType.Usage) == ProductCopy(hours, NOON + timedelta(hours=1))

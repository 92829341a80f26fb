"""Lists of the most and largest records that there can be. They fit through Lambda, whose limit is 6 MB."""

import json
from datetime import UTC, datetime

import pytest

from bokabridge.adapters.voss_responses import MAX_REASON_CHARACTERS
from bokabridge.customers.model import Customer
from bokabridge.customers.person import Person
from bokabridge.http.size import MAX_BODY_BYTES, sent_bytes
from bokabridge.http.wire import MAX_TAKE
from bokabridge.ids import uuid7
from bokabridge.operations.customers import customers_response
from bokabridge.operations.usersync import issues_response
from bokabridge.operations.usersync_changes import changes_response
from bokabridge.operations.voss import MAX_KEY_CHARACTERS
from bokabridge.operations.voss_usages import usage_response, usages_response
from bokabridge.paging import Page
from bokabridge.usersync.changes import ChangeKind, FieldChange, PersonChange
from bokabridge.usersync.history import Outcome, PastChange
from bokabridge.usersync.job import Trigger, new_job
from bokabridge.usersync.people import Issue
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageOrder, new_usage
from tests.data import COMPANY_ID

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def answer_of(size: int) -> str:
    """An answer of VOSS with about so many bytes."""
    answer = {
        "productGroupType": "Included",
        "status": "Active",
        "id": COMPANY_ID,
        "name": "å" * (size // 2),
        "created": "2026-11-21T18:40:01Z",
        "customerBalanceChange": {},
    }
    return CreateSubscriptionProductGroupResult.model_validate(answer).to_json()


def usages(answer: str, character: str) -> list[Usage]:
    order = UsageOrder(character * 100, 2**31 - 1)
    reason = "\U0001f600" * MAX_REASON_CHARACTERS
    usage = new_usage(COMPANY_ID, '"' * MAX_KEY_CHARACTERS, order, NOW, Timing()).unknown(reason, NOW)
    return [usage.sent(answer, NOW) if answer else usage for _ in range(MAX_TAKE)]


@pytest.mark.parametrize("character", ["å", '"', "\U0001f600"])
@pytest.mark.parametrize("size", [0, 1500, 64_000])
def test_the_largest_list_of_usages_has_every_usage(size: int, character: str) -> None:
    page = Page(0, MAX_TAKE, usages(answer_of(size) if size else "", character))
    body = usages_response(page).to_json()
    assert sent_bytes(body) <= MAX_BODY_BYTES
    results = json.loads(body)["Results"]
    assert len(results) == MAX_TAKE
    answered = [usage for usage in results if "Answer" in usage]
    omitted = [usage for usage in results if usage.get("AnswerOmitted")]
    assert len(answered) + len(omitted) == (MAX_TAKE if size else 0)
    assert bool(omitted) == (size > 1500)
    assert bool(answered) == (size > 0)


def test_a_usage_by_itself_has_its_answer() -> None:
    (usage, *_) = usages(answer_of(64_000), "å")
    shown = json.loads(usage_response(usage).to_json())
    assert "AnswerOmitted" not in shown
    assert len(shown["Answer"]["name"]) > 30_000


def test_the_largest_list_of_customers_fits() -> None:
    person = Person('"' * 100, "\U0001f600" * 100, "e" * 254, "+46" + "7" * 12)
    customers = [Customer(uuid7(NOW), COMPANY_ID, person, NOW, NOW) for _ in range(MAX_TAKE)]
    assert sent_bytes(customers_response(Page(0, MAX_TAKE, customers)).to_json()) <= MAX_BODY_BYTES


def test_the_largest_list_of_changes_fits() -> None:
    texts = {"first_name": '"' * 100, "last_name": "\U0001f600" * 100, "email": "e" * 254, "phone": "+46" + "7" * 12}
    fields = tuple(FieldChange(field, text, text[1:]) for field, text in texts.items())
    change = PersonChange(ChangeKind.Update, "u" * 200, uuid7(NOW), '"' * 201, fields)
    shown = changes_response([PastChange(change, Outcome.Unknown)] * MAX_TAKE)
    assert sent_bytes(shown.to_json()) <= MAX_BODY_BYTES


def test_the_largest_list_of_issues_fits() -> None:
    issues = [Issue('"' * 200, "The name is longer than 200 characters. " * 4, skipped=True) for _ in range(MAX_TAKE)]
    job = new_job(COMPANY_ID, Trigger.Request, NOW, NOW)
    assert sent_bytes(issues_response(job, issues).to_json()) <= MAX_BODY_BYTES

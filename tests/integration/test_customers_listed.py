"""GET /customers through its handler, wired as template.yaml wires it."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.clock import utc_now
from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.ids import customer_id
from tests.api_gateway import READER, Context, event
from tests.data import COMPANY_ID
from tests.dynamodb import CUSTOMERS_TABLE
from tests.wired import Wired, wired

PEOPLE = 25


@pytest.fixture(scope="module")
def application() -> Iterator[Wired]:
    with wired({}) as found:
        directory = DynamoCustomers(boto3.client("dynamodb"), CUSTOMERS_TABLE, utc_now)
        writes = [
            CustomerWrite(Change.Create, customer_id(COMPANY_ID, str(at)), str(at), Person("Anna", f"Berg{at:02}"))
            for at in range(PEOPLE)
        ]
        directory.apply(COMPANY_ID, writes)
        yield found


def called(application: Wired, **query: str) -> tuple[int, dict[str, Any]]:
    handler = application.handler_of("CustomerQuery")
    response = handler(event("GET", "/customers", caller=READER, query=query), Context())
    return response["statusCode"], json.loads(response["body"])


def page(application: Wired, **query: str) -> dict[str, Any]:
    status, body = called(application, **query)
    assert (status, sorted(body)) == (200, ["Offset", "Results", "Total"]), "Old clients know these members only."
    return body


@pytest.mark.parametrize("search", ["", "berg"])
def test_id_of_the_last_customer_is_the_cursor_of_the_next_page(application: Wired, search: str) -> None:
    everybody = [each["Id"] for each in page(application, Search=search)["Results"]]
    assert len(everybody) == PEOPLE
    first = page(application, Search=search, Take="10")
    second = page(application, Search=search, Take="10", After=first["Results"][-1]["Id"].upper())
    third = page(application, Search=search, Take="10", After=second["Results"][-1]["Id"])
    assert [each["Id"] for each in first["Results"] + second["Results"] + third["Results"]] == everybody
    assert (first["Total"], second["Total"], third["Total"], len(third["Results"])) == (PEOPLE, PEOPLE, PEOPLE, 5)
    skipped = page(application, Search=search, Take="10", Skip="10")
    assert (skipped["Results"], skipped["Offset"]) == (second["Results"], 10)


def test_search_finds_one_customer_by_name(application: Wired) -> None:
    found = page(application, Search="anna BERG07")
    assert (found["Total"], [each["Lastname"] for each in found["Results"]]) == (1, ["Berg07"])


def test_cursor_that_is_no_id_is_refused(application: Wired) -> None:
    status, body = called(application, After="customer-1")
    assert (status, body["ResponseStatus"]["Errors"][0]["FieldName"]) == (400, "After")

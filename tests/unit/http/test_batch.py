"""Batches: `{Operation}[]`."""

import json
from typing import Annotated, Any

import pytest
from pydantic import Field

from bokabridge.errors import NotFound
from bokabridge.http.api import Api, Call, Success
from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, WholeNumber, WireModel
from bokabridge.operations.roles import WRITERS
from tests.api_gateway import READER, WRITER, Context, event, header, status_and_body
from tests.data import COMPANY_ID, OTHER_COMPANY_ID


class AddNumber(CompanyRequest):
    """A request that fails as its number says."""

    number: Annotated[WholeNumber, Field(ge=0)] = 0


class NumberAdded(WireModel):
    number: int


class Numbers:
    """An operation that fails for 404 and notes the others. `remaining` is what the function has left, per call."""

    def __init__(self) -> None:
        self.ran: list[tuple[int | None, int]] = []
        self.api = Api()
        self.api.operation(Operation(AddNumber, NumberAdded, "POST", "/numbers", WRITERS, "Add"))(self._add)

    def _add(self, call: Call[AddNumber]) -> Success[NumberAdded]:
        if call.request.number == 404:
            raise NotFound("There is no such number.")
        if call.request.number == 500:
            raise RuntimeError("boom")
        self.ran.append((call.batch_index, call.request.number))
        return Success(NumberAdded(number=call.request.number), "/numbers/1", {"X-Own": "1"})

    def post(self, body: str, *, caller: dict[str, str] | None = WRITER, **options: Any) -> dict[str, Any]:
        path = options.pop("path", "/api/AddNumber[]")
        context = options.pop("context", Context())
        return self.api.handle(event("POST", path, caller=caller, body=body, **options), context)


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


def test_items_run_in_order_and_are_counted(numbers: Numbers) -> None:
    response = numbers.post('[{"Number": 1}, {"number": "2"}, {}]')
    assert status_and_body(response) == (200, [{"Number": 1}, {"Number": 2}, {"Number": 0}])
    assert header(response, "X-AutoBatch-Completed") == "3"
    assert numbers.ran == [(0, 1), (1, 2), (2, 0)]
    assert (header(response, "Location"), header(response, "X-Own")) == (None, None)


@pytest.mark.parametrize("body", ["[]", "", " ", "null"])
def test_nothing_is_an_empty_batch(numbers: Numbers, body: str) -> None:
    assert status_and_body(numbers.post(body)) == (200, [])


def test_an_object_alone_is_a_batch_of_one(numbers: Numbers) -> None:
    assert status_and_body(numbers.post('{"Number": 1}')) == (200, [{"Number": 1}])


@pytest.mark.parametrize(("failing", "ran"), [(0, []), (1, [(0, 1)]), (2, [(0, 1), (1, 1)])])
@pytest.mark.parametrize(("number", "status"), [(404, 404), (500, 500)])
def test_first_failure_ends_the_batch_and_is_its_response(
    numbers: Numbers, failing: int, ran: list[tuple[int, int]], number: int, status: int
) -> None:
    items = [{"Number": number if index == failing else 1} for index in range(4)]
    response = numbers.post(json.dumps(items))
    found, body = status_and_body(response)
    assert (found, body["ResponseStatus"]["Meta"]["AutoBatchIndex"]) == (status, str(failing))
    assert header(response, "X-AutoBatch-Completed") == str(failing)
    assert numbers.ran == ran


@pytest.mark.parametrize(
    ("bad", "status", "code"),
    [
        ({"Number": -1}, 400, "GreaterThanOrEqual"),
        ({"Number": "x"}, 400, "InvalidInteger"),
        ({"CompanyId": "no-guid"}, 400, "InvalidGuid"),
        ({"CompanyId": OTHER_COMPANY_ID}, 403, "Forbidden"),
    ],
)
def test_no_item_runs_if_one_is_refused(numbers: Numbers, bad: dict[str, Any], status: int, code: str) -> None:
    response = numbers.post(json.dumps([{"CompanyId": COMPANY_ID}, {}, bad]))
    found, body = status_and_body(response)
    assert (found, body["ResponseStatus"]["ErrorCode"]) == (status, code)
    assert body["ResponseStatus"]["Meta"]["AutoBatchIndex"] == "2"
    assert header(response, "X-AutoBatch-Completed") is None
    assert numbers.ran == []


@pytest.mark.parametrize(("size", "status"), [(100, 200), (101, 400), (1000, 400)])
def test_a_batch_has_at_most_100_items(numbers: Numbers, size: int, status: int) -> None:
    found, body = status_and_body(numbers.post(json.dumps([{}] * size)))
    assert found == status
    assert len(numbers.ran) == (size if status == 200 else 0)
    if status == 400:
        assert body["ResponseStatus"]["ErrorCode"] == "BatchTooLarge"


@pytest.mark.parametrize("caller", [None, READER])
def test_access_is_refused_once_for_all(numbers: Numbers, caller: dict[str, str] | None) -> None:
    status, body = status_and_body(numbers.post("[{}, {}]", caller=caller))
    assert status == (403 if caller else 401)
    assert "AutoBatchIndex" not in body["ResponseStatus"]["Meta"]
    assert numbers.ran == []


def test_no_item_begins_without_time(numbers: Numbers) -> None:
    response = numbers.post("[{}]", context=Context(remaining_milliseconds=9000))
    status, body = status_and_body(response)
    assert (status, body["ResponseStatus"]["Meta"]["AutoBatchIndex"]) == (503, "0")
    assert header(response, "X-AutoBatch-Completed") == "0"


@pytest.mark.parametrize("body", ["[", "[1]", "17", "[null]", '["a"]', "[{}] x", "[[]]"])
def test_what_is_no_batch_is_a_400(numbers: Numbers, body: str) -> None:
    status, refused = status_and_body(numbers.post(body))
    assert (status, refused["ResponseStatus"]["ErrorCode"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("name", "content_type", "body", "expected"),
    [
        ("jsv", "application/jsv", "[{Number:1},{Number:2}]", "[{Number:1},{Number:2}]"),
        ("csv", "text/csv", "Number\r\n1\r\n2\r\n", "Number\r\n1\r\n2\r\n"),
        ("jsonl", "text/jsonl", '{"Number":1}\n{"Number":2}\n', '{"Number":1}\n{"Number":2}\n'),
    ],
)
def test_batch_in_each_notation(numbers: Numbers, name: str, content_type: str, body: str, expected: str) -> None:
    response = numbers.post(body, path=f"/{name}/reply/AddNumber[]", headers={"Content-Type": content_type})
    assert (response["statusCode"], response["body"]) == (200, expected)
    assert header(response, "X-AutoBatch-Completed") == "2"
    assert numbers.ran == [(0, 1), (1, 2)]


def test_batch_in_xml(numbers: Numbers) -> None:
    namespace = "http://schemas.datacontract.org/2004/07/BokaMera.API.ServiceModel.Dtos"
    items = "".join(f"<AddNumber><Number>{number}</Number></AddNumber>" for number in (1, 2))
    body = f'<ArrayOfAddNumber xmlns="{namespace}">{items}</ArrayOfAddNumber>'
    response = numbers.post(body, path="/xml/reply/AddNumber[]", headers={"Content-Type": "application/xml"})
    assert response["statusCode"] == 200, response["body"]
    assert numbers.ran == [(0, 1), (1, 2)]


def test_batch_fails_in_its_format(numbers: Numbers) -> None:
    response = numbers.post(
        "Number\r\n1\r\n404\r\n", path="/csv/reply/AddNumber[]", headers={"Content-Type": "text/csv"}
    )
    assert (response["statusCode"], header(response, "Content-Type")) == (404, "text/csv")
    assert "AutoBatchIndex:1" in response["body"]


def test_batch_of_a_custom_route_is_a_400(numbers: Numbers) -> None:
    assert numbers.post("[{}]", path="/numbers")["statusCode"] == 400


def test_query_fills_the_gaps_of_every_item(numbers: Numbers) -> None:
    response = numbers.post('[{}, {"Number": 7}]', query={"Number": "3"})
    assert status_and_body(response) == (200, [{"Number": 3}, {"Number": 7}])

"""Operations: who may call, what is read from a request, and what every answer looks like."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from bokabridge.errors import (
    AlreadyRunning,
    Conflict,
    InvalidFields,
    InvalidInput,
    NotConfigured,
    NotFound,
    Unavailable,
)
from bokabridge.http.api import Api, Call, Success
from bokabridge.http.operation import Operation
from bokabridge.http.wire import WireDate, WireModel
from bokabridge.operations.roles import WRITERS
from bokabridge.operations.usersync import QueryAxemaUserSyncJobs, usersync_failure
from bokabridge.usersync.job import JobStatus
from tests.api_gateway import READER, SUPERADMIN, WITHOUT_ROLE, WRITER, Context, event, header, status_and_body
from tests.data import COMPANY_ID, OTHER_COMPANY_ID


class Echo(WireModel):
    """What the operation was called with."""

    company_id: str
    status: int | None
    skip: int
    take: int
    at: WireDate = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
    missing: str | None = None


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where failures are counted."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "bokabridge/tests")


def call(
    given: dict[str, Any], *, error: Exception | None = None, public_url: str = "", location: str | None = None
) -> dict[str, Any]:
    """One call of an operation that answers what it was asked, or fails with `error`."""
    api = Api(lambda: public_url, [usersync_failure])

    @api.operation(Operation(QueryAxemaUserSyncJobs, Echo, "POST", "/things", WRITERS, "Echo"))
    def echo(call: Call[QueryAxemaUserSyncJobs]) -> Success[Echo]:
        if error:
            raise error
        request = call.request
        status = None if request.status is None else request.status.value
        body = Echo(company_id=call.company_id, status=status, skip=request.skip, take=request.take)
        return Success(body, location)

    return api.handle(given, Context())  # type: ignore[arg-type]


def test_without_an_authorizer_everything_is_401() -> None:
    response = call(event())
    assert status_and_body(response) == (
        401,
        {"ResponseStatus": {"ErrorCode": "Unauthorized", "Message": "Not Authenticated"}},
    )
    assert header(response, "WWW-Authenticate") == "Bearer"


@pytest.mark.parametrize("caller", [WITHOUT_ROLE, READER])
def test_a_caller_without_the_role_is_403(caller: dict[str, str]) -> None:
    status, body = status_and_body(call(event(caller=caller)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (403, "Invalid Role")


def test_the_role_is_looked_at_before_the_request() -> None:
    assert status_and_body(call(event(caller=READER, body="not json")))[0] == 403


@pytest.mark.parametrize(
    "body",
    [
        *(None, "", "  ", "null", "{}", '{"Unknown": [1]}'),
        *('{"CompanyId": null}', '{"CompanyId": ""}', f'{{"CompanyId": "{COMPANY_ID}"}}'),
        '{"CompanyId": "00000000-0000-0000-0000-000000000000"}',
    ],
)
def test_an_empty_request_is_about_the_callers_own_company(body: str | None) -> None:
    status, echoed = status_and_body(call(event(caller=WRITER, body=body)))
    assert (status, echoed["CompanyId"]) == (200, COMPANY_ID)


def test_another_company_is_403_and_for_a_superadmin_it_is_not() -> None:
    body = f'{{"companyid": "{OTHER_COMPANY_ID.upper()}"}}'
    status, refused = status_and_body(call(event(caller=WRITER, body=body)))
    assert (status, refused["ResponseStatus"]["ErrorCode"]) == (403, "Forbidden")
    assert status_and_body(call(event(caller=SUPERADMIN, body=body)))[1]["CompanyId"] == OTHER_COMPANY_ID


def test_a_superadmin_without_a_company_has_to_name_one() -> None:
    status, body = status_and_body(call(event(caller=SUPERADMIN)))
    assert status == 400
    assert body["ResponseStatus"]["Errors"][0]["FieldName"] == "CompanyId"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"CompanyId": "no-guid"}, "CompanyId"),
        ({"companyId": "11111111-1111-4111-8111-11111111111"}, "CompanyId"),
        ({"Skip": "-1"}, "Skip"),
        ({"take": "1001"}, "Take"),
        ({"take": "ten"}, "Take"),
        ({"Status": "4"}, "Status"),
        ({"Status": "Done"}, "Status"),
    ],
)
def test_a_bad_field_is_a_400_that_names_it(query: dict[str, str], field: str) -> None:
    status, body = status_and_body(call(event(caller=WRITER, query=query)))
    assert status == 400
    assert [error["FieldName"] for error in body["ResponseStatus"]["Errors"]] == [field]
    assert body["ResponseStatus"]["Message"].startswith(f"'{field}' must ")


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "17", "[" * 100_000])
def test_a_body_that_is_no_json_object_is_a_400(body: str) -> None:
    status, answered = status_and_body(call(event(caller=WRITER, body=body)))
    assert (status, answered["ResponseStatus"]["ErrorCode"]) == (400, "SerializationException")


@pytest.mark.parametrize("text", ["2", "Completed", "completed", " 2 "])
def test_an_enum_may_be_its_number_or_its_name(text: str) -> None:
    echoed = status_and_body(call(event(caller=WRITER, query={"sTATUS": text})))[1]
    assert echoed["Status"] == JobStatus.Completed.value


def test_names_match_whatever_their_case_and_the_query_wins_over_the_body() -> None:
    body = '{"SKIP": 1, "tAkE": 7, "companyID": ""}'
    echoed = status_and_body(call(event(caller=WRITER, body=body, query={"skip": "3"})))[1]
    assert (echoed["Skip"], echoed["Take"]) == (3, 7)


def test_a_base64_body_is_read() -> None:
    given = event(caller=WRITER, body=base64.b64encode(b'{"Take": 5}').decode())
    given["isBase64Encoded"] = True
    assert status_and_body(call(given))[1]["Take"] == 5


def test_members_are_pascal_case_dates_iso_utc_and_nulls_absent() -> None:
    response = call(event(caller=WRITER))
    assert status_and_body(response)[1] == {
        "CompanyId": COMPANY_ID,
        "Skip": 0,
        "Take": 100,
        "At": "2026-11-21T12:00:00.123Z",
    }
    assert header(response, "Content-Type") == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotConfigured(), 400, "AxemaNotConfigured"),
        (NotFound("There is no such thing."), 404, "NotFound"),
        (Conflict("It is there already."), 409, "Conflict"),
        (AlreadyRunning("job-7", datetime.now(UTC), has_begun=True), 409, "Conflict"),
        (Unavailable("Later."), 503, "ServiceUnavailable"),
        (RuntimeError("secret detail"), 500, "InternalServerError"),
    ],
)
def test_every_error_has_its_status_and_says_no_more_than_it_should(error: Exception, status: int, code: str) -> None:
    response = call(event(caller=WRITER), error=error)
    answered, body = status_and_body(response)
    assert (answered, body["ResponseStatus"]["ErrorCode"]) == (status, code)
    assert "secret detail" not in response["body"]


def test_several_bad_fields_are_all_named() -> None:
    problems = [InvalidInput("'Port' is missing.", "Port", "NotEmpty"), InvalidInput("'Host' is odd.", "Host")]
    status, body = status_and_body(call(event(caller=WRITER), error=InvalidFields(problems)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (400, "NotEmpty")
    assert body["ResponseStatus"]["Message"] == "'Port' is missing."
    assert [(error["FieldName"], error["ErrorCode"]) for error in body["ResponseStatus"]["Errors"]] == [
        ("Port", "NotEmpty"),
        ("Host", "Invalid"),
    ]


def test_a_running_sync_is_named_and_located() -> None:
    error = AlreadyRunning("job-7", datetime.now(UTC), has_begun=True)
    response = call(event(caller=WRITER), error=error)
    assert status_and_body(response)[1]["ResponseStatus"]["Meta"] == {"JobId": "job-7"}
    expected = "https://abc.execute-api.eu-north-1.amazonaws.com/dev/codelock/axema/usersync/job-7"
    assert header(response, "Location") == expected


def test_a_public_url_takes_the_place_of_api_gateways_own() -> None:
    response = call(event(caller=WRITER), public_url="https://api.example.com/v1", location="/things/7")
    assert header(response, "Location") == "https://api.example.com/v1/things/7"


def test_an_unknown_route_is_a_404_of_the_same_shape() -> None:
    status, body = status_and_body(call(event("DELETE", "/nothing", caller=WRITER)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (404, "NotFound")

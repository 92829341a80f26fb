"""Operations: who may call, what is read from a request, and what every answer looks like."""

import base64
from datetime import UTC, datetime

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
from bokabridge.usersync.job import JobStatus
from tests.unit.http.echo import call
from tests.unit.http.events import NONE, OTHER, OWN, READ, SUPERADMIN, WRITE, answer, event, header


def test_without_an_authorizer_everything_is_401() -> None:
    response = call(event())
    assert answer(response) == (401, {"ResponseStatus": {"ErrorCode": "Unauthorized", "Message": "Not Authenticated"}})
    assert header(response, "WWW-Authenticate") == "Bearer"


@pytest.mark.parametrize("caller", [NONE, READ])
def test_a_caller_without_the_role_is_403(caller: dict[str, str]) -> None:
    status, body = answer(call(event(caller=caller)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (403, "Invalid Role")


def test_the_role_is_looked_at_before_the_request() -> None:
    assert answer(call(event(caller=READ, body="not json")))[0] == 403


@pytest.mark.parametrize(
    "body",
    [
        *(None, "", "  ", "null", "{}", '{"Unknown": [1]}'),
        *('{"CompanyId": null}', '{"CompanyId": ""}', f'{{"CompanyId": "{OWN}"}}'),
        '{"CompanyId": "00000000-0000-0000-0000-000000000000"}',
    ],
)
def test_an_empty_request_is_about_the_callers_own_company(body: str | None) -> None:
    status, echoed = answer(call(event(caller=WRITE, body=body)))
    assert (status, echoed["CompanyId"]) == (200, OWN)


def test_another_company_is_403_and_for_a_superadmin_it_is_not() -> None:
    body = f'{{"companyid": "{OTHER.upper()}"}}'
    status, refused = answer(call(event(caller=WRITE, body=body)))
    assert (status, refused["ResponseStatus"]["ErrorCode"]) == (403, "Forbidden")
    assert answer(call(event(caller=SUPERADMIN, body=body)))[1]["CompanyId"] == OTHER


def test_a_superadmin_without_a_company_has_to_name_one() -> None:
    status, body = answer(call(event(caller=SUPERADMIN)))
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
    status, body = answer(call(event(caller=WRITE, query=query)))
    assert status == 400
    assert [error["FieldName"] for error in body["ResponseStatus"]["Errors"]] == [field]
    assert body["ResponseStatus"]["Message"].startswith(f"'{field}' must ")


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "17", "[" * 100_000])
def test_a_body_that_is_no_json_object_is_a_400(body: str) -> None:
    status, answered = answer(call(event(caller=WRITE, body=body)))
    assert (status, answered["ResponseStatus"]["ErrorCode"]) == (400, "SerializationException")


@pytest.mark.parametrize("text", ["2", "Completed", "completed", " 2 "])
def test_an_enum_may_be_its_number_or_its_name(text: str) -> None:
    echoed = answer(call(event(caller=WRITE, query={"sTATUS": text})))[1]
    assert echoed["Status"] == JobStatus.Completed.value


def test_names_match_whatever_their_case_and_the_query_wins_over_the_body() -> None:
    body = '{"SKIP": 1, "tAkE": 7, "companyID": ""}'
    echoed = answer(call(event(caller=WRITE, body=body, query={"skip": "3"})))[1]
    assert (echoed["Skip"], echoed["Take"]) == (3, 7)


def test_a_base64_body_is_read() -> None:
    given = event(caller=WRITE, body=base64.b64encode(b'{"Take": 5}').decode())
    given["isBase64Encoded"] = True
    assert answer(call(given))[1]["Take"] == 5


def test_members_are_pascal_case_dates_iso_utc_and_nulls_absent() -> None:
    response = call(event(caller=WRITE))
    assert answer(response)[1] == {"CompanyId": OWN, "Skip": 0, "Take": 100, "At": "2026-11-21T12:00:00.123Z"}
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
    response = call(event(caller=WRITE), error=error)
    answered, body = answer(response)
    assert (answered, body["ResponseStatus"]["ErrorCode"]) == (status, code)
    assert "secret detail" not in response["body"]


def test_several_bad_fields_are_all_named() -> None:
    problems = [InvalidInput("'Port' is missing.", "Port", "NotEmpty"), InvalidInput("'Host' is odd.", "Host")]
    status, body = answer(call(event(caller=WRITE), error=InvalidFields(problems)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (400, "NotEmpty")
    assert body["ResponseStatus"]["Message"] == "'Port' is missing."
    assert [(error["FieldName"], error["ErrorCode"]) for error in body["ResponseStatus"]["Errors"]] == [
        ("Port", "NotEmpty"),
        ("Host", "Invalid"),
    ]


def test_a_running_sync_is_named_and_located() -> None:
    error = AlreadyRunning("job-7", datetime.now(UTC), has_begun=True)
    response = call(event(caller=WRITE), error=error)
    assert answer(response)[1]["ResponseStatus"]["Meta"] == {"JobId": "job-7"}
    expected = "https://abc.execute-api.eu-north-1.amazonaws.com/dev/codelock/axema/usersync/job-7"
    assert header(response, "Location") == expected


def test_a_public_url_takes_the_place_of_api_gateways_own() -> None:
    response = call(event(caller=WRITE), public_url="https://api.example.com/v1", location="/things/7")
    assert header(response, "Location") == "https://api.example.com/v1/things/7"


def test_an_unknown_route_is_a_404_of_the_same_shape() -> None:
    status, body = answer(call(event("DELETE", "/nothing", caller=WRITE)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (404, "NotFound")

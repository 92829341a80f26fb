"""The HTTP side of operations: access, the reading of requests, and the format of responses."""

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
    StillEnding,
    Unavailable,
)
from bokabridge.usersync.job import JobStatus
from tests.api_gateway import READER, SUPERADMIN, WITHOUT_ROLE, WRITER, event, header, status_and_body
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.unit.http.echo import call


def test_request_without_an_authorizers_context_is_401() -> None:
    response = call(event())
    assert status_and_body(response) == (
        401,
        {
            "ResponseStatus": {
                "ErrorCode": "Unauthorized",
                "Message": "Not Authenticated",
                "Errors": [],
                "Meta": {"RequestId": "request-1"},
            }
        },
    )
    assert header(response, "WWW-Authenticate") == "Bearer"


@pytest.mark.parametrize("caller", [WITHOUT_ROLE, READER])
def test_caller_without_the_role_is_403(caller: dict[str, str]) -> None:
    status, body = status_and_body(call(event(caller=caller)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (403, "Invalid Role")


def test_role_is_checked_before_the_request_is_parsed() -> None:
    assert status_and_body(call(event(caller=READER, body="not json")))[0] == 403


@pytest.mark.parametrize(
    "body",
    [
        *(None, "", "  ", "null", "{}", '{"Unknown": [1]}'),
        *('{"CompanyId": null}', '{"CompanyId": ""}', f'{{"CompanyId": "{COMPANY_ID}"}}'),
        '{"CompanyId": "00000000-0000-0000-0000-000000000000"}',
    ],
)
def test_request_without_a_company_uses_the_callers_own(body: str | None) -> None:
    status, echoed = status_and_body(call(event(caller=WRITER, body=body)))
    assert (status, echoed["CompanyId"]) == (200, COMPANY_ID)


def test_only_a_superadmin_may_name_another_company() -> None:
    body = f'{{"companyid": "{OTHER_COMPANY_ID.upper()}"}}'
    status, refused = status_and_body(call(event(caller=WRITER, body=body)))
    assert (status, refused["ResponseStatus"]["ErrorCode"]) == (403, "Forbidden")
    assert status_and_body(call(event(caller=SUPERADMIN, body=body)))[1]["CompanyId"] == OTHER_COMPANY_ID


def test_superadmin_without_a_company_must_name_one() -> None:
    status, body = status_and_body(call(event(caller=SUPERADMIN)))
    assert status == 400
    assert body["ResponseStatus"]["Errors"][0]["FieldName"] == "CompanyId"


@pytest.mark.parametrize(("query", "field"), [({"Skip": "-1"}, "Skip"), ({"take": "1001"}, "Take")])
def test_refused_field_is_a_400_that_names_it(query: dict[str, str], field: str) -> None:
    status, body = status_and_body(call(event(caller=WRITER, query=query)))
    assert status == 400
    assert [error["FieldName"] for error in body["ResponseStatus"]["Errors"]] == [field]
    assert body["ResponseStatus"]["Message"].startswith(f"'{field}' must ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CompanyId", "no-guid"),
        ("companyId", "11111111-1111-4111-8111-11111111111"),
        ("take", "ten"),
        ("Status", "Done"),
    ],
)
def test_query_that_cannot_be_read_is_servicestacks_binding_error(name: str, text: str) -> None:
    status, body = status_and_body(call(event(caller=WRITER, query={name: text})))
    assert status == 400
    code = "SerializationException"
    assert body["ResponseStatus"] == {
        "ErrorCode": code,
        "Message": "Unable to bind to request 'QueryAxemaUserSyncJobs'",
        "Errors": [{"ErrorCode": code, "FieldName": name, "Message": f"'{text}' is an Invalid value for '{name}'"}],
        "Meta": {"RequestId": "request-1"},
    }


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "17", "[" * 100_000])
def test_body_that_is_not_a_json_object_is_a_400(body: str) -> None:
    status, refused = status_and_body(call(event(caller=WRITER, body=body)))
    assert (status, refused["ResponseStatus"]["ErrorCode"]) == (400, "SerializationException")


@pytest.mark.parametrize("text", ["2", "Completed", "completed", " 2 "])
def test_enum_is_accepted_as_number_or_name(text: str) -> None:
    echoed = status_and_body(call(event(caller=WRITER, query={"sTATUS": text})))[1]
    assert echoed["Status"] == JobStatus.Completed.value


def test_names_match_in_any_case_and_the_query_overrides_the_body() -> None:
    body = '{"SKIP": 1, "tAkE": 7, "companyID": ""}'
    echoed = status_and_body(call(event(caller=WRITER, body=body, query={"skip": "3"})))[1]
    assert (echoed["Skip"], echoed["Take"]) == (3, 7)


def test_base64_body_is_decoded() -> None:
    given = event(caller=WRITER, body=base64.b64encode(b'{"Take": 5}').decode())
    given["isBase64Encoded"] = True
    assert status_and_body(call(given))[1]["Take"] == 5


def test_response_has_pascal_case_members_utc_dates_and_no_nulls() -> None:
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
        (StillEnding("job-7", 119), 409, "Conflict"),
        (Unavailable("Later."), 503, "ServiceUnavailable"),
        (RuntimeError("secret detail"), 500, "InternalServerError"),
    ],
)
def test_each_error_has_its_status_and_reveals_no_internal_detail(error: Exception, status: int, code: str) -> None:
    response = call(event(caller=WRITER), error=error)
    actual, body = status_and_body(response)
    assert (actual, body["ResponseStatus"]["ErrorCode"]) == (status, code)
    assert "secret detail" not in response["body"]


def test_response_names_every_invalid_field() -> None:
    problems = [InvalidInput("'Port' is missing.", "Port", "NotEmpty"), InvalidInput("'Host' is odd.", "Host")]
    status, body = status_and_body(call(event(caller=WRITER), error=InvalidFields(problems)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (400, "NotEmpty")
    assert body["ResponseStatus"]["Message"] == "'Port' is missing."
    assert [(error["FieldName"], error["ErrorCode"]) for error in body["ResponseStatus"]["Errors"]] == [
        ("Port", "NotEmpty"),
        ("Host", "Invalid"),
    ]


def test_refused_start_names_the_running_job_and_its_location() -> None:
    error = AlreadyRunning("job-7", datetime.now(UTC), has_begun=True)
    response = call(event(caller=WRITER), error=error)
    assert status_and_body(response)[1]["ResponseStatus"]["Meta"] == {"JobId": "job-7", "RequestId": "request-1"}
    expected = "https://abc.execute-api.eu-north-1.amazonaws.com/dev/codelock/axema/usersync/job-7"
    assert header(response, "Location") == expected


def test_start_while_the_previous_sync_is_still_ending_says_when_to_try_again() -> None:
    response = call(event(caller=WRITER), error=StillEnding("job-7", 119))
    status = status_and_body(response)[1]["ResponseStatus"]
    assert status["Message"] == "The previous sync of this company is still ending. Start it again in 119 seconds."
    assert (status["Meta"]["JobId"], header(response, "Retry-After")) == ("job-7", "119")


def test_public_url_replaces_api_gateways_own() -> None:
    response = call(event(caller=WRITER), public_url="https://api.example.com/v1", location="/things/7")
    assert header(response, "Location") == "https://api.example.com/v1/things/7"


def test_unknown_route_is_a_404_in_the_same_format() -> None:
    status, body = status_and_body(call(event("DELETE", "/nothing", caller=WRITER)))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (404, "NotFound")

"""The authorizer's three results: allow, deny and unauthorized."""

from collections.abc import Callable
from typing import Any

import pytest

from bokabridge.auth.credentials import Credentials
from bokabridge.auth.principal import READ, WRITE, Principal
from bokabridge.errors import Forbidden, RetriableError, Unauthenticated
from bokabridge.http.authorizer import Unauthorized, policy_for
from tests.data import COMPANY_ID

ANNA = Principal("anna", COMPANY_ID, frozenset({WRITE, READ}))
STAGE_ARN = "arn:aws:execute-api:eu-north-1:123456789012:abcdef1234/dev"


def event(headers: dict[str, str] | None) -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "methodArn": f"{STAGE_ARN}/GET/codelock/axema/usersync",
        "headers": headers,
        "requestContext": {"identity": {"sourceIp": "192.0.2.1"}},
    }


def credentials_in(headers: dict[str, str] | None) -> Credentials:
    """The credentials that the authorizer finds in these headers."""
    found: list[Credentials] = []

    def authorise(credentials: Credentials) -> Principal:
        found.append(credentials)
        return ANNA

    policy_for(event(headers), authorise)
    return found[0]


def policy_after(error: Exception) -> dict[str, Any]:
    def authorise(_: Credentials) -> Principal:
        raise error

    return policy_for(event({}), authorise)


def test_allow_policy_covers_the_whole_stage_and_names_the_caller() -> None:
    assert policy_for(event({}), lambda _: ANNA) == {
        "principalId": "anna",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE_ARN}/*"}],
        },
        "context": {"companyId": COMPANY_ID, "roles": f"{READ} {WRITE}"},
    }


def test_context_of_a_caller_without_a_company_has_an_empty_company_id() -> None:
    allowed = policy_for(event({}), lambda _: Principal("root", None, frozenset()))
    assert allowed["context"] == {"companyId": "", "roles": ""}


def test_invalid_credentials_raise_the_message_that_api_gateway_expects() -> None:
    with pytest.raises(Unauthorized, match=r"^Unauthorized$"):
        policy_after(Unauthenticated("the token has expired"))


def test_key_and_token_of_different_companies_are_denied() -> None:
    denied = policy_after(Forbidden("The API key and the token belong to different companies."))
    (statement,) = denied["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", f"{STAGE_ARN}/*")
    assert "context" not in denied


def test_error_during_the_decision_is_not_a_refusal() -> None:
    with pytest.raises(RetriableError):
        policy_after(RetriableError("The identity server's keys could not be read."))


@pytest.mark.parametrize("written", [str.lower, str.upper, str.title])
def test_headers_are_found_in_any_case(written: Callable[[str], str]) -> None:
    credentials = credentials_in(
        {written("authorization"): f"{written('bearer')}  a.b.c ", written("x-api-key"): " key "}
    )
    assert (credentials.token, credentials.api_key) == ("a.b.c", "key")


@pytest.mark.parametrize("headers", [None, {}, {"Authorization": "", "x-api-key": " "}])
def test_blank_headers_are_absent(headers: dict[str, str] | None) -> None:
    credentials = credentials_in(headers)
    assert (credentials.token, credentials.api_key, credentials.source_ip) == (None, None, "192.0.2.1")


@pytest.mark.parametrize("value", ["Basic YW5uYTpwYXNz", "Bearer", "Bearer ", "a.b.c", "Bearera.b.c"])
def test_authorization_without_a_bearer_token_is_refused_even_with_an_api_key(value: str) -> None:
    with pytest.raises(Unauthorized):
        policy_for(event({"Authorization": value, "x-api-key": "key"}), lambda _: ANNA)


def test_policies_errors_and_log_lines_do_not_contain_the_credentials(caplog: pytest.LogCaptureFixture) -> None:
    headers = {"Authorization": "Bearer secret-token", "x-api-key": "secret-key"}

    def authorise(_: Credentials) -> Principal:
        raise Unauthenticated("the API key is not known")

    allowed = policy_for(event(headers), lambda _: ANNA)
    with pytest.raises(Unauthorized) as refused:
        policy_for(event(headers), authorise)
    logged = [vars(record) for record in caplog.records]
    assert [record["msg"] for record in logged] == ["let in", "refused"]
    assert "secret" not in f"{allowed} {refused.value!r} {logged}"

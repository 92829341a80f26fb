"""API Gateway's authorizer events, and the three answers to them."""

from collections.abc import Callable
from typing import Any

import pytest

from bokabridge.auth.credentials import Credentials
from bokabridge.auth.principal import READ, WRITE, Principal
from bokabridge.errors import Forbidden, RetriableError, Unauthenticated
from bokabridge.http.authorizer import Unauthorized, answer

OWN = "11111111-1111-4111-8111-111111111111"
ANNA = Principal("anna", OWN, frozenset({WRITE, READ}))
STAGE_ARN = "arn:aws:execute-api:eu-north-1:123456789012:abcdef1234/dev"


def event(headers: dict[str, str] | None) -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "methodArn": f"{STAGE_ARN}/GET/codelock/axema/usersync",
        "headers": headers,
        "requestContext": {"identity": {"sourceIp": "192.0.2.1"}},
    }


def seen(headers: dict[str, str] | None) -> Credentials:
    """What the decision is made from."""
    shown: list[Credentials] = []

    def authorise(credentials: Credentials) -> Principal:
        shown.append(credentials)
        return ANNA

    answer(event(headers), authorise)
    return shown[0]


def refusing(error: Exception) -> dict[str, Any]:
    def authorise(_: Credentials) -> Principal:
        raise error

    return answer(event({}), authorise)


def test_an_allow_is_about_the_whole_stage_and_says_who_is_calling() -> None:
    assert answer(event({}), lambda _: ANNA) == {
        "principalId": "anna",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE_ARN}/*"}],
        },
        "context": {"companyId": OWN, "roles": f"{READ} {WRITE}"},
    }


def test_a_caller_without_a_company_has_an_empty_one() -> None:
    allowed = answer(event({}), lambda _: Principal("root", None, frozenset()))
    assert allowed["context"] == {"companyId": "", "roles": ""}


def test_nobody_is_answered_with_the_word_that_api_gateway_waits_for() -> None:
    with pytest.raises(Unauthorized, match=r"^Unauthorized$"):
        refusing(Unauthenticated("the token has expired"))


def test_what_does_not_go_together_is_denied() -> None:
    denied = refusing(Forbidden("The API key is another company's than the token."))
    (statement,) = denied["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", f"{STAGE_ARN}/*")
    assert "context" not in denied


def test_not_knowing_is_no_refusal() -> None:
    with pytest.raises(RetriableError):
        refusing(RetriableError("The identity server's keys are not known."))


@pytest.mark.parametrize("written", [str.lower, str.upper, str.title])
def test_headers_are_found_however_they_are_written(written: Callable[[str], str]) -> None:
    credentials = seen({written("authorization"): f"{written('bearer')}  a.b.c ", written("x-api-key"): " key "})
    assert (credentials.token, credentials.api_key) == ("a.b.c", "key")


@pytest.mark.parametrize("headers", [None, {}, {"Authorization": "", "x-api-key": " "}])
def test_blank_headers_show_nothing(headers: dict[str, str] | None) -> None:
    credentials = seen(headers)
    assert (credentials.token, credentials.api_key, credentials.source_ip) == (None, None, "192.0.2.1")


@pytest.mark.parametrize("value", ["Basic YW5uYTpwYXNz", "Bearer", "Bearer ", "a.b.c", "Bearera.b.c"])
def test_an_authorization_that_bears_no_token_is_refused_even_beside_a_key(value: str) -> None:
    with pytest.raises(Unauthorized):
        answer(event({"Authorization": value, "x-api-key": "key"}), lambda _: ANNA)


def test_no_answer_and_no_log_line_repeats_what_was_shown(caplog: pytest.LogCaptureFixture) -> None:
    headers = {"Authorization": "Bearer secret-token", "x-api-key": "secret-key"}

    def authorise(_: Credentials) -> Principal:
        raise Unauthenticated("the API key is not known")

    allowed = answer(event(headers), lambda _: ANNA)
    with pytest.raises(Unauthorized) as refused:
        answer(event(headers), authorise)
    logged = [vars(record) for record in caplog.records]
    assert [record["msg"] for record in logged] == ["let in", "refused"]
    assert "secret" not in f"{allowed} {refused.value!r} {logged}"

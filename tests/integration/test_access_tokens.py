"""Access tokens: the life of a token, and a sign-in service that is busy."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.errors import RetriableError
from tests.axema import connect
from tests.data import COMPANY_ID
from tests.servers import serving


@contextmanager
def issuing(life: str | None) -> Iterator[tuple[TokenSource, list[Request]]]:
    """A sign-in service whose responses have this `expires_in`, and the requests that it got."""
    requests: list[Request] = []
    expires_in = "" if life is None else f', "expires_in": {life}'

    def respond(request: Request) -> Response:
        requests.append(request)
        return Response(f'{{"access_token": "token"{expires_in}}}', content_type="application/json")

    with serving(respond) as url:
        yield TokenSource(url, "scope", "Axema"), requests


LONG = ["3600", "3599.5", '"3600"', '" 3600 "', "1" + "0" * 400, "9" * 5000, "1e400", '"inf"', '"1e9"']
UNSAID = [None, "null", "NaN", '"NaN"', "[]", "{}", "true", '"soon"', '""', '"\\ud83d"']
SHORT = ["0", "-1", "-3600.5", "-1" + "0" * 400, "-" + "9" * 5000, "59.9", '"-inf"']


@pytest.mark.parametrize("life", [*LONG, *UNSAID])
def test_a_token_with_any_life_is_used_and_kept(life: str | None) -> None:
    with issuing(life) as (tokens, requests):
        assert [tokens.get("id", "secret") for _ in range(2)] == ["token", "token"]
        assert len(requests) == 1


@pytest.mark.parametrize("life", SHORT)
def test_a_token_without_a_life_is_used_once(life: str) -> None:
    with issuing(life) as (tokens, requests):
        assert [tokens.get("id", "secret") for _ in range(2)] == ["token", "token"]
        assert len(requests) == 2


def test_a_throttled_sign_in_waits_as_long_as_asked() -> None:
    times: list[float] = []

    def respond(request: Request) -> Response:
        if request.method == "GET":
            return Response('{"userAccounts": []}', content_type="application/json")
        times.append(time.monotonic())
        if len(times) == 1:
            return Response(status=429, headers={"Retry-After": "1"})
        return Response('{"access_token": "token"}', content_type="application/json")

    with serving(respond) as url:
        assert connect(url, COMPANY_ID).fetch(None, 1).records == []
    assert times[1] - times[0] >= 1


def test_a_sign_in_that_is_throttled_for_longer_says_how_long() -> None:
    with (
        serving(lambda _: Response(status=503, headers={"Retry-After": "90"})) as url,
        pytest.raises(RetriableError, match=r"sign-in service responded with HTTP status 503\. .*page 1") as error,
    ):
        connect(url, COMPANY_ID).fetch(None, 1)
    assert error.value.retry_after_seconds == 90

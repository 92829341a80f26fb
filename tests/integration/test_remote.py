"""The HTTP client for other systems, against servers that are worse than the simulator."""

import threading

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.outbound.request import Response as OutboundResponse
from bokabridge.adapters.outbound.request import request
from bokabridge.errors import FatalError, RetriableError
from tests.axema import connect
from tests.servers import serving

COMPANY = "11111111-1111-4111-8111-111111111111"


def get(url: str) -> OutboundResponse:
    return request("GET", url, who="Axema", headers={})


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    followed = threading.Event()

    def answer(request: Request) -> Response:
        if request.path == "/secret":
            followed.set()
        return Response(status=302, headers={"Location": "/secret"})

    with serving(answer) as url:
        assert get(url).status == 302
    assert not followed.is_set()


def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    megabyte = b"x" * 1024 * 1024
    with (
        serving(lambda _: Response(megabyte for _ in range(200))) as url,
        pytest.raises(FatalError, match="more than 64 MB"),
    ):
        get(url)


def test_a_server_that_never_answers_is_given_up() -> None:
    release = threading.Event()

    def answer(_: Request) -> Response:
        release.wait(60)
        return Response()

    with serving(answer) as url:
        with pytest.raises(RetriableError, match=r"Axema could not be reached \(timeout\)"):
            get(url)
        release.set()


def test_a_date_in_retry_after_is_no_number_of_seconds_and_no_crash() -> None:
    headers = {"Retry-After": "Fri, 20 Nov 2026 12:00:00 GMT"}
    with serving(lambda _: Response(status=503, headers=headers)) as url, pytest.raises(RetriableError) as error:
        get(url)
    assert error.value.retry_after is None


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"token": "x"}', '{"access_token": {"a": 1}}'])
def test_a_sign_in_service_that_answers_nonsense_is_told(body: str) -> None:
    with (
        serving(lambda _: Response(body, content_type="application/json")) as url,
        pytest.raises(FatalError, match="sign-in service sent an answer that is not a token"),
    ):
        connect(url, COMPANY).fetch(None, 1)

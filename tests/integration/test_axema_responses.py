"""What both kinds of source make of a response's encoding, and of being throttled, over real HTTP."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.outbound.retry_after import MAX_SECONDS
from bokabridge.errors import FatalError, RetriableError
from bokabridge.settings.fakes import InMemorySecrets
from bokabridge.usersync.people import AxemaUser, NoText
from bokabridge.usersync.source_ports import AxemaSource
from local.axema.people import person
from local.axema.simulator import AxemaSimulator
from tests.axema import connect, connect_locally, local_settings_of, read_all, secret_of, settings_of, steer, systems
from tests.data import COMPANY_ID
from tests.servers import serving

NAME = "Ähl, Åsa Östen"
CONNECT: list[Callable[..., AxemaSource]] = [connect, connect_locally]


def replying(body: bytes, content_type: str) -> Callable[[Request], Response]:
    """Responds to a sign-in with a token, and to everything else with this body."""

    def respond(request: Request) -> Response:
        if request.method == "POST":
            return Response('{"access_token": "token"}', content_type="application/json")
        return Response(body, content_type=content_type)

    return respond


def listing(name: str) -> str:
    user = {"id": "1", "userId": "1", "name": name}
    return json.dumps({"users": [user], "userAccounts": [user], "total": 1}, ensure_ascii=False)


@pytest.mark.parametrize("open_source", CONNECT)
@pytest.mark.parametrize(("encoding", "charset"), [("iso-8859-1", "ISO-8859-1"), ("cp1252", "windows-1252")])
def test_a_name_in_a_declared_encoding_arrives_right(
    open_source: Callable[..., AxemaSource], encoding: str, charset: str
) -> None:
    respond = replying(listing(NAME).encode(encoding), f"application/json; charset={charset}")
    with serving(respond) as url:
        assert open_source(url, COMPANY_ID).fetch(None, 1).records == [
            AxemaUser("1", NAME, NoText.Absent, NoText.Absent)
        ]


@pytest.mark.parametrize("open_source", CONNECT)
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "text/html"])
def test_an_encoding_that_is_not_declared_is_named_in_the_error(
    open_source: Callable[..., AxemaSource], content_type: str
) -> None:
    with (
        serving(replying(listing(NAME).encode("iso-8859-1"), content_type)) as url,
        pytest.raises(FatalError, match=r"page 4 is not UTF-8\. The system must send UTF-8, or declare"),
    ):
        open_source(url, COMPANY_ID).fetch(None, 4)


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-16"])
@pytest.mark.parametrize("open_source", CONNECT)
def test_the_simulator_can_send_another_encoding(open_source: Callable[..., AxemaSource], charset: str) -> None:
    with AxemaSimulator({COMPANY_ID: 60}) as axema:
        steer(axema.url, COMPANY_ID, charset=charset)
        (page,) = read_all(open_source(axema.url, COMPANY_ID))
    names = {record.name for record in page if isinstance(record, AxemaUser)}
    assert names == {person(COMPANY_ID, index)["name"] for index in range(60)}


def throttling(value: str) -> Callable[[Request], Response]:
    return lambda _: Response(status=429, headers={"Retry-After": value})


def in_seconds(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


FORMS: dict[str, Callable[[], str]] = {
    "digits": lambda: "600",
    "IMF-fixdate": lambda: format_datetime(in_seconds(600), usegmt=True),
    "RFC 850": lambda: in_seconds(600).strftime("%A, %d-%b-%y %H:%M:%S GMT"),
    "asctime": lambda: in_seconds(600).strftime("%a %b %d %H:%M:%S %Y"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("open_source", CONNECT)
def test_a_wait_that_does_not_fit_leaves_the_source_with_its_length(
    open_source: Callable[..., AxemaSource], form: Callable[[], str]
) -> None:
    with serving(throttling(form())) as url, pytest.raises(RetriableError) as error:
        open_source(url, COMPANY_ID).fetch(None, 1)
    assert error.value.retry_after_seconds == pytest.approx(600, abs=3)


def test_a_hostile_wait_is_capped() -> None:
    with serving(throttling("86400")) as url, pytest.raises(RetriableError) as error:
        connect_locally(url, COMPANY_ID).fetch(None, 1)
    assert error.value.retry_after_seconds == MAX_SECONDS == 900


@pytest.mark.parametrize("value", ["\xb2", "-1", "1.5", "600", "9" * 400, "soon", ""])
@pytest.mark.parametrize("is_local", [True, False])
def test_a_throttled_connection_test_reports_it_at_once(value: str, is_local: bool) -> None:
    began = time.monotonic()
    with serving(throttling(value)) as url:
        settings = local_settings_of(url, COMPANY_ID) if is_local else settings_of(COMPANY_ID)
        with pytest.raises(RetriableError, match=r"HTTP status 429"):
            systems(url, InMemorySecrets()).check(settings, secret_of(COMPANY_ID))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("status", [429, 503])
def test_a_system_that_stays_throttled_can_be_tried_again(status: int) -> None:
    with serving(lambda _: Response(status=status)) as url:
        for open_source in CONNECT:
            with pytest.raises(RetriableError, match=f"HTTP status {status}"):
                open_source(url, COMPANY_ID, give_up_after_seconds=0.5).fetch(None, 1)

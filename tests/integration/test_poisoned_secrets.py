"""Secrets that no request can carry, such as those with a line break: refused, and never shown anywhere."""

import json
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import SecretsProvider
from moto import mock_aws
from werkzeug.wrappers import Response

from bokabridge.adapters.aws import clients, json_secret
from bokabridge.adapters.aws.voss_secret import VossSecret, voss_secret
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.adapters.outbound.request import request, send_once
from bokabridge.adapters.voss import VossClient
from bokabridge.clock import utc_now
from bokabridge.errors import BridgeError, UsageNotSent
from bokabridge.http.api import Api, Call, Success
from bokabridge.operations.products import GET_VOSS_PRODUCTS, GetVossProducts, VossProducts, products_response
from bokabridge.settings.model import AxemaSecret
from bokabridge.voss.catalogue import list_products
from bokabridge.voss.fakes import InMemoryLedger, InMemoryProductCopies
from bokabridge.voss.forward import UsageForwarder
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder
from tests.api_gateway import WRITER, Context, event, status_and_body
from tests.axema import connect, connect_locally
from tests.data import COMPANY_ID
from tests.servers import serving
from tests.voss import api

NAME = "bokabridge/test/voss"
MARK = "hunter2hunter2"
POISONS = [f"{MARK}\n", f"{MARK}\r\n", f"{MARK}\nX-Evil: 1", f"{MARK}\x00", f"{MARK}ö", f" {MARK}", f"{MARK}\t"]
MEMBERS = ["ClientId", "ClientSecret", "ApiKey"]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Stores the secret for VOSS."""
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("DEFAULT_REGION", "eu-north-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    caches = (clients.secrets_manager, json_secret._provider)
    with mock_aws():
        for cached in caches:
            cached.cache_clear()
        manager = boto3.client("secretsmanager")
        manager.create_secret(Name=NAME, SecretString="{}")

        def put(text: str) -> None:
            manager.put_secret_value(SecretId=NAME, SecretString=text)

        yield put
    for cached in caches:
        cached.cache_clear()


def shown_by(error: BaseException) -> str:
    """Everything that a log or a debugger could show of an error and of those behind it."""
    seen: list[str] = traceback.format_exception(error)
    behind: BaseException | None = error
    while behind is not None:
        seen += [str(behind), repr(behind), repr(behind.args), repr(vars(behind))]
        behind = behind.__cause__ or behind.__context__
    return "\n".join(seen)


def logged_in(caplog: pytest.LogCaptureFixture) -> str:
    """The log, with the members that our messages add to it."""
    return caplog.text + "".join(repr(vars(record)) for record in caplog.records)


def trouble(call: Callable[[], object]) -> str:
    """What the call's error shows. It must be one of ours."""
    with pytest.raises(BridgeError) as raised:
        call()
    return shown_by(raised.value)


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("poison", [*POISONS, 7, [MARK], {"a": MARK}], ids=repr)
def test_a_secret_for_voss_that_cannot_be_sent_is_refused_by_its_name(
    store: Callable[[str], None], member: str, poison: Any, caplog: pytest.LogCaptureFixture
) -> None:
    store(json.dumps({"ClientId": "id", "ClientSecret": "secret", "ApiKey": "key", member: poison}))
    shown = trouble(lambda: voss_secret(NAME, fresh=False))
    assert f"The {member} in the secret {NAME} cannot be sent" in shown
    assert MARK not in shown
    assert MARK not in logged_in(caplog)


@pytest.mark.parametrize("text", [MARK, f'{{"ApiKey": "{MARK}', f'["{MARK}"]', f'"{MARK}"', "[" * 100_000 + MARK])
def test_a_secret_for_voss_that_is_not_an_object_is_not_shown(store: Callable[[str], None], text: str) -> None:
    store(text)
    assert MARK not in trouble(lambda: voss_secret(NAME, fresh=False))


def test_a_corrected_secret_is_used_at_once(store: Callable[[str], None]) -> None:
    store(json.dumps({"ApiKey": f"{MARK}\n"}))
    trouble(lambda: voss_secret(NAME, fresh=False))
    store(json.dumps({"ApiKey": MARK}))
    assert voss_secret(NAME, fresh=False).api_key == MARK


@pytest.mark.parametrize("poison", POISONS)
def test_an_access_token_that_cannot_be_sent_is_refused(poison: str, caplog: pytest.LogCaptureFixture) -> None:
    body = json.dumps({"access_token": poison})
    with serving(lambda _: Response(body, content_type="application/json")) as url:
        shown = trouble(lambda: TokenSource(url, "scope", "VOSS").get("id", "secret"))
        vaka = trouble(lambda: connect(url, COMPANY_ID).fetch(None, 1))
    assert "sent a response that is not a token" in shown
    assert MARK not in shown + vaka + logged_in(caplog)


@pytest.mark.parametrize("poison", [*POISONS[:5], f"{MARK}\ud800"], ids=ascii)
def test_no_request_shows_a_header_a_query_or_a_form_that_cannot_be_sent(poison: str) -> None:
    with serving(lambda _: Response("{}")) as url:
        header = {"Authorization": f"Bearer {poison}"}
        shown = trouble(lambda: request("GET", url, who="Axema", headers=header))
        shown += trouble(lambda: send_once("POST", url, who="VOSS", headers=header, read_timeout_seconds=1, body=b"{}"))
        if "\ud800" in poison:
            shown += trouble(lambda: request("POST", url, who="Axema", headers={}, form={"secret": poison}))
            shown += trouble(lambda: request("GET", url, who="Axema", headers={}, query={"secret": poison}))
    assert "its header Authorization has a character that is not printable ASCII" in shown
    assert MARK not in shown


@pytest.mark.parametrize("poison", [f"{MARK}\n", f"{MARK}\ud800"], ids=ascii)
def test_poisoned_axema_secrets_are_not_shown(poison: str, caplog: pytest.LogCaptureFixture) -> None:
    def respond(_: Any) -> Response:
        return Response('{"access_token": "token"}', content_type="application/json")

    with serving(respond) as url:
        vaka = AxemaSecret({"client_secret": "secret", "api_key": poison})
        shown = trouble(lambda: connect(url, COMPANY_ID, secret=vaka).fetch(None, 1))
        vaka = AxemaSecret({"client_secret": poison, "api_key": "key"})
        shown += trouble(lambda: connect(url, COMPANY_ID, secret=vaka).fetch(None, 1))
    with serving(lambda _: Response(status=401)) as url:
        shown += trouble(lambda: connect_locally(url, COMPANY_ID, secret=AxemaSecret({"password": poison})).check())
    assert MARK not in shown + logged_in(caplog)


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("is_checked", [True, False], ids=["from Secrets Manager", "past the check"])
def test_neither_logs_nor_responses_show_a_poisoned_secret_for_voss(
    store: Callable[[str], None], member: str, is_checked: bool, caplog: pytest.LogCaptureFixture
) -> None:
    secret = {"ClientId": "id", "ClientSecret": "secret", "ApiKey": "key", member: f"{MARK}\n"}
    store(json.dumps(secret))

    def get(fresh: bool) -> VossSecret:
        return voss_secret(NAME, fresh=fresh) if is_checked else VossSecret(*secret.values())

    with serving(lambda _: Response('{"access_token": "token\\n' + MARK + '"}')) as url:
        voss = VossClient(replace(api(url), token_url=f"{url}/token" if member != "ApiKey" else ""), get)
        operations = Api()

        @operations.operation(GET_VOSS_PRODUCTS)
        def products(call: Call[GetVossProducts]) -> Success[VossProducts]:
            found = list_products(None, voss=voss, copies=InMemoryProductCopies(), clock=utc_now)
            return Success(products_response(found)[0])

        response = operations.handle(event("GET", GET_VOSS_PRODUCTS.path, caller=WRITER), Context())  # type: ignore[arg-type]
        ledger = InMemoryLedger()
        sender = Sender(ledger, voss, utc_now, lambda _: None, Timing())
        with pytest.raises(UsageNotSent) as not_sent:
            UsageForwarder(ledger, sender, utc_now, Timing()).forward(COMPANY_ID, "k", UsageOrder("A", 1))
    logged = logged_in(caplog)
    assert status_and_body(response)[0] == 503
    assert "operation failed" in logged
    assert MARK not in json.dumps(response) + logged + shown_by(not_sent.value)
    assert isinstance(json_secret._provider(), SecretsProvider)

"""The adapter to VOSS over real HTTP: against the simulator, and against servers that fail."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import urllib3
from werkzeug.wrappers import Response

from bokabridge.adapters.aws.voss_secret import VossSecret
from bokabridge.adapters.voss import VossClient
from bokabridge.errors import FatalError, Refusal, RetriableError
from bokabridge.voss.outcome import Accepted, Acknowledged, AlreadyThere, NotSent, NotThere, Refused, Unclear
from bokabridge.voss.product import Product, ProductType
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageOrder, new_usage
from local.voss.credentials import CLIENT_ID
from local.voss.simulator import VossSimulator
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.servers import serving
from tests.voss import SECRET, Voss, api


def usage(article_number: str = "KONSULT-TIM", company_id: str = COMPANY_ID) -> Usage:
    return new_usage(company_id, "k", UsageOrder(article_number, 6), datetime(2026, 11, 21, tzinfo=UTC), Timing())


def client_with_api_key(url: str) -> VossClient:
    return VossClient(replace(api(url), token_url=""), lambda _: VossSecret(None, None, "key"))


@pytest.fixture
def voss() -> Iterator[Voss]:
    with VossSimulator([COMPANY_ID]) as simulator:
        yield Voss(simulator.url)


def test_a_usage_is_billed_with_its_id_as_key_and_as_reference(voss: Voss) -> None:
    made = usage()
    outcome = voss.client.post(made)
    assert isinstance(outcome, Accepted)
    assert outcome.result_json is not None
    result = CreateSubscriptionProductGroupResult.model_validate_json(outcome.result_json)
    assert result.products is not None
    assert [product.article_number for product in result.products] == ["KONSULT-TIM"]
    (line,) = voss.state()["usages"]
    assert (line["key"], line["externalReference"]) == (made.id, made.id)
    assert (line["customerId"], line["articleNumber"], line["quantity"]) == (COMPANY_ID, "KONSULT-TIM", 6)


def test_a_read_back_returns_the_result_of_the_post(voss: Voss) -> None:
    made = usage()
    assert voss.client.read_back(made) == NotThere()
    assert voss.client.post(made) == voss.client.read_back(made)


def test_a_second_post_is_a_second_line_unless_voss_refuses_duplicates(voss: Voss) -> None:
    made = usage()
    voss.client.post(made)
    voss.client.post(made)
    assert voss.bill() == [made.id, made.id]
    voss.behave(dedupe=True)
    voss.client.post(made)
    assert voss.bill() == [made.id, made.id]


@pytest.mark.parametrize(
    ("mode", "kind", "lines"),
    [
        ("error500", Unclear, 0),
        ("acceptThen500", Unclear, 1),
        ("acceptThenDrop", Unclear, 1),
        ("unreadable", Acknowledged, 1),
        ("namesUs", Accepted, 1),
        ("huge", Accepted, 1),
        ("throttle", NotSent, 0),
        ("duplicate", AlreadyThere, 1),
        ("conflict", AlreadyThere, 0),
        ("reject", Refused, 0),
        ("acceptThenReject", Refused, 1),
        ("problem", Refused, 0),
        ("html", Unclear, 0),
        ("acceptThenHtml", Unclear, 1),
    ],
)
def test_each_failure_has_its_own_outcome(voss: Voss, mode: str, kind: type, lines: int) -> None:
    voss.behave(mode=mode)
    assert isinstance(voss.client.post(usage()), kind)
    assert len(voss.bill()) == lines


def test_a_slow_post_is_unclear_and_its_usage_is_billed_later(voss: Voss) -> None:
    made = usage()
    voss.behave(mode="slow", latencyMs=1500)
    assert voss.client.post(made) == Unclear("VOSS did not respond (timeout).")
    voss.behave(mode="ok", latencyMs=900)  # the read-back waits until the slow POST has finished
    assert isinstance(voss.client.read_back(made), Accepted)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(400, Refusal.Invalid), (404, Refusal.NotFound), (422, Refusal.Unprocessable), (402, Refusal.Unprocessable)],
)
def test_a_refusal_carries_the_reason_from_voss(voss: Voss, status: int, refusal: Refusal) -> None:
    voss.behave(mode="reject", rejectStatus=status)
    assert voss.client.post(usage()) == Refused(refusal, "The subscription is closed.")


def test_a_408_is_unclear(voss: Voss) -> None:
    voss.behave(mode="reject", rejectStatus=408)
    assert isinstance(voss.client.post(usage()), Unclear)


def test_an_unknown_article_and_an_unknown_customer_are_refused(voss: Voss) -> None:
    unknown_article = voss.client.post(usage(article_number="NO-SUCH"))
    assert unknown_article == Refused(Refusal.Unprocessable, "There is no product with the article number NO-SUCH.")
    assert isinstance(voss.client.post(usage(company_id=OTHER_COMPANY_ID)), Refused)


def test_a_throttled_post_is_not_sent_and_carries_the_retry_after(voss: Voss) -> None:
    voss.behave(mode="throttle")
    outcome = voss.client.post(usage())
    reason = 'VOSS accepts no more requests at the moment. VOSS\'s message: "Too many requests."'
    assert outcome == NotSent(reason, retry_after_seconds=1.0, was_answered=True)


@pytest.mark.parametrize("mode", ["error500", "throttle"])
def test_a_read_back_that_fails_is_unclear(voss: Voss, mode: str) -> None:
    voss.behave(mode=mode)
    assert isinstance(voss.client.read_back(usage()), Unclear)


def test_a_read_back_from_a_wrong_path_is_unclear(voss: Voss) -> None:
    misconfigured = VossClient(replace(api(voss.url), usage_path="/wrong"), lambda _: SECRET)
    assert isinstance(misconfigured.read_back(usage()), Unclear)


@pytest.mark.parametrize(
    "body",
    [
        "<html>Back soon.</html>",
        "",
        "[" * 100_000,
        "[]",
        "{}",
        '{"items": null}',
        '{"items": {}}',
        '{"items": [null]}',
        '{"items": [{"externalReference": "another usage"}]}',
    ],
    ids=["a page", "nothing", "too deep", "a list", "no items", "null", "an object", "no usage", "another usage"],
)
def test_a_read_back_with_an_unexpected_body_is_unclear(body: str) -> None:
    with serving(lambda _: Response(body, 200, content_type="application/json")) as url:
        client = client_with_api_key(url)
        assert isinstance(client.read_back(usage()), Unclear)


def test_a_refused_connection_is_not_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    client = client_with_api_key(url)
    assert client.post(usage()) == NotSent("VOSS could not be reached (connection refused).")
    assert isinstance(client.read_back(usage()), Unclear)


def test_an_unknown_host_is_not_sent() -> None:
    client = client_with_api_key("http://voss.invalid")
    assert client.post(usage()) == NotSent("VOSS could not be reached (unknown host).")


def test_a_server_that_never_responds_is_unclear() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.listen()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        client = client_with_api_key(url)
        assert client.post(usage()) == Unclear("VOSS did not respond (timeout).")


def test_a_refused_token_is_not_sent_and_the_next_request_gets_a_new_one(voss: Voss) -> None:
    assert voss.client.sign_in() is None
    voss.behave(expireTokens=True)
    outcome = voss.client.post(usage())
    assert isinstance(outcome, NotSent)
    assert outcome.reason.startswith("VOSS did not accept our access token.")
    assert isinstance(voss.client.post(usage()), Accepted)
    voss.behave(expireTokens=True)
    assert isinstance(voss.client.read_back(usage()), NotThere)


@pytest.mark.parametrize(
    "secret", [VossSecret(CLIENT_ID, "wrong", None), VossSecret(None, None, None), VossSecret(CLIENT_ID, None, None)]
)
def test_wrong_credentials_are_not_sent_and_must_not_be_tried_again(voss: Voss, secret: VossSecret) -> None:
    trouble = VossClient(api(voss.url), lambda _: secret).sign_in()
    assert trouble is not None
    assert not trouble.may_retry


def test_rotated_credentials_are_read_again_after_a_refusal(voss: Voss) -> None:
    reads: list[bool] = []

    def rotated(fresh: bool) -> VossSecret:
        reads.append(fresh)
        return SECRET if fresh else VossSecret(CLIENT_ID, "the old one", None)

    client = VossClient(api(voss.url), rotated)
    assert client.sign_in() is None
    assert reads == [False, True]


def test_an_unreadable_secret_is_not_sent(voss: Voss) -> None:
    def unreadable(_: bool) -> VossSecret:
        raise FatalError("The secret cannot be read.")

    assert isinstance(VossClient(api(voss.url), unreadable).sign_in(), NotSent)


def test_products_of_one_type_are_listed_from_all_pages(voss: Voss) -> None:
    hours = voss.client.list_products(ProductType.Usage)
    assert Product("Konsulttimme", "KONSULT-TIM") in hours
    assert len(hours) < len(voss.client.list_products(None))


def test_listing_products_while_voss_is_down_raises_a_retriable_error(voss: Voss) -> None:
    voss.behave(mode="error500")
    with pytest.raises(RetriableError):
        voss.client.list_products(None)


@pytest.mark.parametrize("control", [{"mode": "best"}, {"latencyMs": -1}, {"speed": 1}, {"rejectStatus": 200}])
def test_the_simulator_refuses_an_invalid_control_and_changes_nothing(voss: Voss, control: dict[str, Any]) -> None:
    before = voss.state()
    assert urllib3.request("PUT", f"{voss.url}/_control", json=control, retries=False).status == 400
    assert voss.state() == before

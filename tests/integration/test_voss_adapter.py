"""The adapter speaks to the VOSS simulator over real HTTP, and to servers that are not there."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import urllib3
from werkzeug.wrappers import Response

from bokabridge.adapters.aws.secrets import VossSecret
from bokabridge.adapters.voss import VossApi, VossClient
from bokabridge.errors import FatalError, Refusal, RetriableError
from bokabridge.voss.outcome import Accepted, AlreadyThere, NotSent, NotThere, Refused, Unclear
from bokabridge.voss.product import Product, ProductType
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.usage import Timing, Usage, UsageOrder, new_usage
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from local.voss.simulator import VossSimulator
from tests.servers import serving

COMPANY = "11111111-1111-4111-8111-111111111111"
SECRET = VossSecret(CLIENT_ID, CLIENT_SECRET, None)


def api(url: str) -> VossApi:
    return VossApi(
        base_url=url,
        usage_path="/usage",
        products_path="/products",
        token_url=f"{url}/oauth2/token",
        scope="voss-demo",
        post_timeout_seconds=1.0,
    )


def usage(article: str = "KONSULT-TIM", company: str = COMPANY) -> Usage:
    return new_usage(company, "k", UsageOrder(article, 6), datetime(2026, 11, 21, tzinfo=UTC), Timing())


class Voss:
    """The simulator as a test sees it: how it behaves, and what is on its bill."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = VossClient(api(url), lambda _: SECRET)

    def behave(self, **controls: object) -> None:
        answer = urllib3.request("PUT", f"{self.url}/_control", json=controls, retries=False)
        assert answer.status == 200, answer.data

    def state(self) -> dict[str, Any]:
        return dict(urllib3.request("GET", f"{self.url}/_state", retries=False).json())

    def bill(self) -> list[str]:
        return [line["key"] for line in self.state()["usages"]]


@pytest.fixture
def voss() -> Iterator[Voss]:
    with VossSimulator([COMPANY]) as simulator:
        yield Voss(simulator.url)


def test_a_usage_is_billed_with_its_id_as_key_and_reference(voss: Voss) -> None:
    made = usage()
    outcome = voss.client.post(made)
    assert isinstance(outcome, Accepted)
    answer = CreateSubscriptionProductGroupResult.model_validate_json(outcome.answer)
    assert answer.products is not None
    assert [product.article_number for product in answer.products] == ["KONSULT-TIM"]
    (line,) = voss.state()["usages"]
    assert (line["key"], line["externalReference"]) == (made.id, made.id)
    assert (line["customerId"], line["articleNumber"], line["quantity"]) == (COMPANY, "KONSULT-TIM", 6)


def test_what_is_found_later_is_the_answer_that_was_given(voss: Voss) -> None:
    made = usage()
    assert voss.client.find(made) == NotThere()
    assert voss.client.post(made) == voss.client.find(made)


def test_without_dedupe_a_second_post_is_a_second_line(voss: Voss) -> None:
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
        ("unreadable", Unclear, 1),
        ("throttle", NotSent, 0),
        ("duplicate", AlreadyThere, 1),
        ("reject", Refused, 0),
    ],
)
def test_each_way_to_fail_is_told_apart(voss: Voss, mode: str, kind: type, lines: int) -> None:
    voss.behave(mode=mode)
    assert isinstance(voss.client.post(usage()), kind)
    assert len(voss.bill()) == lines


def test_a_slow_usage_is_unclear_at_first_and_is_on_the_bill_in_the_end(voss: Voss) -> None:
    made = usage()
    voss.behave(mode="slow", latencyMs=1500)
    assert voss.client.post(made) == Unclear("VOSS did not respond (timeout).")
    voss.behave(mode="ok", latencyMs=900)  # the read-back waits until the slow one is through
    assert isinstance(voss.client.find(made), Accepted)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(400, Refusal.Invalid), (404, Refusal.NotFound), (422, Refusal.Unprocessable), (402, Refusal.Unprocessable)],
)
def test_a_refusal_has_voss_own_reason(voss: Voss, status: int, refusal: Refusal) -> None:
    voss.behave(mode="reject", rejectStatus=status)
    assert voss.client.post(usage()) == Refused(refusal, "The subscription is closed.")


def test_a_408_proves_nothing(voss: Voss) -> None:
    voss.behave(mode="reject", rejectStatus=408)
    assert isinstance(voss.client.post(usage()), Unclear)


def test_an_unknown_article_and_an_unknown_customer_are_refused(voss: Voss) -> None:
    unknown_article = voss.client.post(usage(article="NO-SUCH"))
    assert unknown_article == Refused(Refusal.Unprocessable, "There is no product with the article number NO-SUCH.")
    assert isinstance(voss.client.post(usage(company="22222222-2222-4222-8222-222222222222")), Refused)


def test_throttling_says_when_to_come_back(voss: Voss) -> None:
    voss.behave(mode="throttle")
    assert voss.client.post(usage()) == NotSent("VOSS takes no more requests at the moment.", retry_after=1.0)


@pytest.mark.parametrize("mode", ["error500", "throttle"])
def test_a_read_back_that_was_not_answered_proves_nothing(voss: Voss, mode: str) -> None:
    voss.behave(mode=mode)
    assert isinstance(voss.client.find(usage()), Unclear)


def test_a_wrong_path_proves_nothing(voss: Voss) -> None:
    lost = VossClient(replace(api(voss.url), usage_path="/wrong"), lambda _: SECRET)
    assert isinstance(lost.find(usage()), Unclear)


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
def test_a_read_back_that_answers_something_else_proves_nothing(body: str) -> None:
    with serving(lambda _: Response(body, 200, content_type="application/json")) as url:
        client = VossClient(replace(api(url), token_url=""), lambda _: VossSecret(None, None, "key"))
        assert isinstance(client.find(usage()), Unclear)


def test_nobody_listening_is_not_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    client = VossClient(replace(api(url), token_url=""), lambda _: VossSecret(None, None, "key"))
    assert client.post(usage()) == NotSent("VOSS could not be reached (connection refused).")
    assert isinstance(client.find(usage()), Unclear)


def test_a_host_that_does_not_exist_is_not_sent() -> None:
    client = VossClient(replace(api("http://voss.invalid"), token_url=""), lambda _: VossSecret(None, None, "key"))
    assert client.post(usage()) == NotSent("VOSS could not be reached (unknown host).")


def test_a_server_that_takes_the_request_and_never_answers_is_unclear() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.listen()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        client = VossClient(replace(api(url), token_url=""), lambda _: VossSecret(None, None, "key"))
        assert client.post(usage()) == Unclear("VOSS did not respond (timeout).")


def test_a_token_that_is_refused_is_not_sent_and_the_next_try_has_a_new_one(voss: Voss) -> None:
    assert voss.client.sign_in() is None
    voss.behave(expireTokens=True)
    assert voss.client.post(usage()) == NotSent("VOSS did not accept our access token.")
    assert isinstance(voss.client.post(usage()), Accepted)
    voss.behave(expireTokens=True)
    assert isinstance(voss.client.find(usage()), NotThere)


@pytest.mark.parametrize(
    "secret", [VossSecret(CLIENT_ID, "wrong", None), VossSecret(None, None, None), VossSecret(CLIENT_ID, None, None)]
)
def test_wrong_credentials_are_not_sent_and_not_tried_again(voss: Voss, secret: VossSecret) -> None:
    trouble = VossClient(api(voss.url), lambda _: secret).sign_in()
    assert trouble is not None
    assert not trouble.may_retry


def test_credentials_that_were_rotated_are_read_anew_when_the_old_ones_are_refused(voss: Voss) -> None:
    reads: list[bool] = []

    def rotated(fresh: bool) -> VossSecret:
        reads.append(fresh)
        return SECRET if fresh else VossSecret(CLIENT_ID, "the old one", None)

    client = VossClient(api(voss.url), rotated)
    assert client.sign_in() is None
    assert reads == [False, True]


def test_a_secret_that_cannot_be_read_is_not_sent(voss: Voss) -> None:
    def unreadable(_: bool) -> VossSecret:
        raise FatalError("The secret cannot be read.")

    assert isinstance(VossClient(api(voss.url), unreadable).sign_in(), NotSent)


def test_products_are_listed_by_type_through_all_pages(voss: Voss) -> None:
    hours = voss.client.products(ProductType.Usage)
    assert Product("Konsulttimme", "KONSULT-TIM") in hours
    assert len(hours) < len(voss.client.products(None))


def test_products_of_a_voss_that_is_down_can_be_asked_for_later(voss: Voss) -> None:
    voss.behave(mode="error500")
    with pytest.raises(RetriableError):
        voss.client.products(None)


@pytest.mark.parametrize("control", [{"mode": "best"}, {"latencyMs": -1}, {"speed": 1}, {"rejectStatus": 200}])
def test_a_wrong_control_is_refused_and_changes_nothing(voss: Voss, control: dict[str, Any]) -> None:
    before = voss.state()
    assert urllib3.request("PUT", f"{voss.url}/_control", json=control, retries=False).status == 400
    assert voss.state() == before

"""VOSS's responses over real HTTP: which are final, which prove nothing, and what of them is kept."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.aws.voss_secret import VossSecret
from bokabridge.adapters.voss import VossClient
from bokabridge.voss.fakes import demo_result_json
from bokabridge.voss.outcome import Accepted, Acknowledged, AlreadyThere, NotSent, NotThere, Outcome, Refused, Unclear
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder, new_usage
from tests.data import COMPANY_ID
from tests.servers import serving
from tests.voss import api

USAGE = new_usage(COMPANY_ID, "k", UsageOrder("KONSULT-TIM", 6), datetime(2026, 11, 21, tzinfo=UTC), Timing())
RESULT = json.loads(demo_result_json(USAGE))
SENTENCE = "The subscription is closed."
API_KEY = "the-key-that-must-not-be-stored"
MAX_STORED_BYTES = 64 * 1024

FINAL = (400, 402, 404, 405, 406, 410, 411, 413, 414, 415, 421, 422, 423, 424, 426, 428, 431, 451, 499)
PROXY_BODIES = {
    "a page": "<html><body><h1>Refused</h1></body></html>",
    "nothing": "",
    "text": "Bad Request",
    "a list": "[]",
    "a sentence": '"The subscription is closed."',
    "an empty object": "{}",
    "an object without a sentence": '{"requestId": "7"}',
    "a blank message": '{"message": "  "}',
    "a number as message": '{"message": 7}',
    "too deep": "[" * 100_000,
}


@contextmanager
def voss(respond: Callable[[Request], Response]) -> Iterator[VossClient]:
    with serving(respond) as url:
        yield VossClient(replace(api(url), token_url=""), lambda _: VossSecret(None, None, API_KEY))


def answer(status: int, body: object) -> Callable[[Request], Response]:
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda _: Response(text, status, content_type="application/json")


def post(status: int, body: object) -> Outcome:
    with voss(answer(status, body)) as client:
        return client.post(USAGE)


def test_a_4xx_without_a_body_of_voss_is_never_final() -> None:
    every_status = [(status, "a page") for status in range(400, 500) if status != 409]
    every_body = [(status, name) for status in (400, 403, 422) for name in PROXY_BODIES]
    for status, name in every_status + every_body:
        outcome = post(status, PROXY_BODIES[name])
        kind = NotSent if status in (401, 429) else Unclear
        assert isinstance(outcome, kind), (status, name)


@pytest.mark.parametrize(
    "body",
    [
        {"message": SENTENCE},
        {"detail": SENTENCE},
        {"Title": SENTENCE},
        {"error": {"message": SENTENCE}},
        {"ResponseStatus": {"ErrorCode": "Closed", "Message": SENTENCE}},
        {"type": "urn:voss:closed", "title": "Closed", "status": 422, "detail": SENTENCE},
    ],
    ids=["message", "detail", "title", "error.message", "ServiceStack", "a problem"],
)
def test_a_4xx_with_a_sentence_of_voss_is_final(body: object) -> None:
    for status in FINAL:
        outcome = post(status, body)
        assert isinstance(outcome, Refused), status
        assert outcome.reason == SENTENCE


def test_a_problem_without_a_title_is_final() -> None:
    outcome = post(422, {"type": "urn:voss:closed", "status": 422})
    assert isinstance(outcome, Refused)
    assert "urn:voss:closed" in outcome.reason


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, NotSent),
        (403, NotSent),
        (409, AlreadyThere),
        (429, NotSent),
        (408, Unclear),
        (302, Unclear),
        (500, Unclear),
        (503, Unclear),
    ],
)
def test_the_sentence_of_voss_is_part_of_every_reason(status: int, kind: type) -> None:
    outcome = post(status, {"message": SENTENCE})
    assert isinstance(outcome, kind)
    assert SENTENCE in getattr(outcome, "reason", "")


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 226])
@pytest.mark.parametrize("body", ["", "<html>", "{}", "[]", '{"ok": true}', '{"id": "7"}'])
def test_a_2xx_that_cannot_be_read_is_an_acknowledgement_with_its_text(status: int, body: str) -> None:
    outcome = post(status, body)
    assert isinstance(outcome, Acknowledged)
    assert outcome.raw == (body or None)


def test_a_204_is_an_acknowledgement() -> None:
    assert isinstance(post(204, ""), Acknowledged)


@pytest.mark.parametrize("reference", [USAGE.id, USAGE.id.upper()], ids=["as sent", "in upper case"])
def test_a_2xx_that_names_the_usage_is_accepted_with_its_text(reference: str) -> None:
    body = json.dumps({"externalReference": reference, "status": 7})
    outcome = post(200, body)
    assert isinstance(outcome, Accepted)
    assert (outcome.result_json, outcome.raw) == (None, body)


def test_a_result_that_names_another_usage_is_only_an_acknowledgement() -> None:
    assert isinstance(post(201, {**RESULT, "externalReference": "another"}), Acknowledged)


def test_a_large_result_is_stored_without_its_lists() -> None:
    item = RESULT["customerBalanceChange"]["items"][0]
    outcome = post(201, {**RESULT, "customerBalanceChange": {"items": [item] * 3000, "totalAmount": 7}})
    assert isinstance(outcome, Accepted)
    assert outcome.result_json is not None
    kept = json.loads(outcome.result_json)
    assert (kept["id"], kept["customerBalanceChange"]) == (RESULT["id"], {"totalAmount": 7})
    assert "shortened" in (outcome.note or "")


@pytest.mark.parametrize("character", ["x", "å", "\N{GRINNING FACE}"])
def test_a_large_response_is_stored_up_to_64_kb(character: str) -> None:
    large = character * 300_000
    for outcome in (post(201, {**RESULT, "name": large}), post(201, {"ok": large}), post(409, {"ok": large})):
        raw = outcome.raw  # type: ignore[union-attr]
        assert raw is not None
        assert MAX_STORED_BYTES - 4 <= len(raw.encode()) <= MAX_STORED_BYTES


def test_our_own_credentials_are_not_kept_if_voss_repeats_them() -> None:
    def echo(request: Request) -> Response:
        return Response(json.dumps(dict(request.headers)), 201)

    with voss(echo) as client:
        outcome = client.post(USAGE)
    assert isinstance(outcome, Acknowledged)
    assert API_KEY not in (outcome.raw or "")
    refused = post(422, {"message": f"The key {API_KEY} may not do this."})
    assert isinstance(refused, Refused)
    assert API_KEY not in refused.reason


def read_back(status: int, body: object) -> Any:
    with voss(answer(status, body)) as client:
        return client.read_back(USAGE)


def test_a_read_back_counts_the_lines_of_the_usage() -> None:
    ours = {**RESULT, "externalReference": USAGE.id}
    found = read_back(200, {"items": [ours, {"externalReference": "another"}, ours]})
    assert isinstance(found, Accepted)
    assert found.lines == 2


def test_a_listed_usage_that_is_no_result_is_there_with_its_text() -> None:
    found = read_back(200, {"items": [{"externalReference": USAGE.id, "state": "billed \ud800"}]})
    assert isinstance(found, Accepted)
    assert (found.result_json, found.lines) == (None, 1)
    assert "billed" in (found.raw or "")


def test_a_read_back_that_contradicts_itself_is_unclear() -> None:
    assert read_back(200, {"items": [], "totalCount": 0}) == NotThere()
    assert isinstance(read_back(200, {"items": [], "totalCount": 1}), Unclear)


def test_a_failed_read_back_keeps_the_sentence_of_voss() -> None:
    found = read_back(500, {"message": SENTENCE})
    assert isinstance(found, Unclear)
    assert (SENTENCE in found.reason, found.quotes_voss) == (True, True)

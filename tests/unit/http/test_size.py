"""Responses that fit through Lambda, whose limit is 6 MB."""

import json
from typing import Any

import pytest

from bokabridge.http.api import Api, Call, Success
from bokabridge.http.operation import Operation
from bokabridge.http.wire import WireModel
from bokabridge.operations.roles import WRITERS
from bokabridge.operations.usersync import QueryAxemaUserSyncJobs
from tests.api_gateway import WRITER, Context, event

LAMBDA_BYTES = 6 * 1024 * 1024


class _Text(WireModel):
    text: str


def respond(text: str) -> dict[str, Any]:
    api = Api()

    @api.operation(Operation(QueryAxemaUserSyncJobs, _Text, "GET", "/things", WRITERS, "Text"))
    def text_of(_: Call[QueryAxemaUserSyncJobs]) -> Success[_Text]:
        return Success(_Text(text=text))

    return api.handle(event("GET", caller=WRITER), Context())  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["a" * 4_900_000, "å" * 2_400_000, '"' * 1_240_000, "\x01" * 700_000])
def test_a_response_below_the_limit_is_sent_whole(text: str) -> None:
    response = respond(text)
    assert response["statusCode"] == 200
    assert len(json.dumps(response, ensure_ascii=False).encode()) < LAMBDA_BYTES


@pytest.mark.parametrize("text", ["a" * 5_100_000, "å" * 2_600_000, '"' * 1_300_000, "\\" * 1_300_000])
def test_a_larger_response_is_a_400_that_says_what_to_do(text: str) -> None:
    response = respond(text)
    assert response["statusCode"] == 400
    assert json.loads(response["body"])["ResponseStatus"] == {
        "ErrorCode": "ResponseTooLarge",
        "Message": "The response would be larger than 5 MB. "
        "Ask for fewer items, with a lower Take or a narrower filter.",
        "Errors": [],
        "Meta": {"RequestId": "request-1"},
    }

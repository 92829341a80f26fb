"""Cross-origin requests: only listed origins get the headers, on every response."""

from typing import Any

import pytest

from bokabridge.http.cors import parse_origins
from tests.api_gateway import WRITER, Context, event
from tests.unit.http.echo import echo_api

OURS = "https://app.example.com"


def headers_of(origin: str | None, allowed: str = f"{OURS}, http://localhost:8080/", **given: Any) -> dict[str, str]:
    headers = {"Accept": "application/json", **({"Origin": origin} if origin else {})}
    api = echo_api(origins=lambda: parse_origins(allowed))
    response = api.handle(event(headers=headers, **{"caller": WRITER, **given}), Context())  # type: ignore[arg-type]
    return {name: values[0] for name, values in response["multiValueHeaders"].items()}


@pytest.mark.parametrize("origin", [OURS, "http://localhost:8080", "HTTPS://APP.example.com"])
def test_listed_origin_may_call_with_credentials(origin: str) -> None:
    found = headers_of(origin)
    assert found["Access-Control-Allow-Origin"] == origin
    assert found["Access-Control-Allow-Credentials"] == "true"
    assert found["Access-Control-Allow-Methods"] == "GET, POST, PUT, DELETE, PATCH, OPTIONS, HEAD"
    assert found["Access-Control-Allow-Headers"] == "Content-Type, Authorization, x-api-key, Idempotency-Key"
    assert found["Access-Control-Max-Age"] == "600"
    assert found["Vary"] == "Accept, Origin"


@pytest.mark.parametrize(
    "origin",
    [None, "", "null", "*", "https://evil.example", f"{OURS}.evil.example", f"{OURS}:8443", f"{OURS}/", "http://app.example.com"],
)  # fmt: skip
def test_other_origins_get_no_headers(origin: str | None) -> None:
    assert not [name for name in headers_of(origin) if name.startswith("Access-Control")]


@pytest.mark.parametrize("origin", [OURS, ""])
def test_without_a_list_nobody_does(origin: str) -> None:
    found = headers_of(origin, allowed="")
    assert not [name for name in found if name.startswith("Access-Control")]
    assert found["Vary"] == "Accept"


@pytest.mark.parametrize("given", [{"caller": None}, {"path": "/nope"}, {"method": "DELETE"}, {"query": {"Skip": "x"}}])
def test_errors_have_the_headers_too(given: dict[str, Any]) -> None:
    assert headers_of(OURS, **given)["Access-Control-Allow-Origin"] == OURS

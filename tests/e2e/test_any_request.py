"""No request is a 500, over real HTTP: some of the fuzzer's requests reach the deployed stack."""

import uuid
from collections import Counter
from itertools import islice
from urllib.parse import quote

import pytest

from bokabridge.operations.index import OPERATIONS
from tests.e2e.client import Bridge
from tests.e2e.identity import Identity
from tests.fuzz.requests import SECRET, Fuzzed, Generator
from tests.fuzz.valid import valid_values
from tests.fuzz.verdict import check

SEED = 12


def can_be_sent(request: Fuzzed) -> bool:
    """False for requests that an HTTP client cannot send, or that API Gateway would not route to a function."""
    values = [*request.path_values.values(), *(text for pair in request.query for text in pair)]
    is_utf8 = all(text.encode("utf-8", "ignore").decode() == text for text in [*values, request.body or ""])
    is_routed = all(
        text.isascii() and text.isprintable() and not set(text) & set("/\\%?#;")
        for text in request.path_values.values()
    )
    return is_utf8 and is_routed and len(request.path) + sum(map(len, values)) < 8000


@pytest.mark.needs_embedded_api("It refuses some requests by itself, in its own format.")
@pytest.mark.parametrize(
    ("in_any_form", "count"), [(False, 300), (True, 150)], ids=["own routes", "any route and format"]
)
def test_no_request_is_a_500(bridge: Bridge, in_any_form: bool, count: int) -> None:
    company = bridge.new_company(users=1)
    # Without a CompanyId, a request is about this company, and not about the one of the other tests.
    token = {"Authorization": f"Bearer {Identity(bridge.stack.identity_url).issue('superadmin', company_id=company)}"}
    requests = filter(can_be_sent, Generator(SEED, valid_values([company]), in_any_form=in_any_form))
    statuses: Counter[int] = Counter()
    wrong = {}
    for number, request in enumerate(islice(requests, count)):
        query = "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in request.query)
        sendable = {name: text for name, text in request.headers.items() if text.isascii() and text.isprintable()}
        response = bridge.send(request.operation.method, f"{request.path}?{query}", token | sendable, request.body)
        statuses[response.status] += 1
        try:
            check(response.status, response.data.decode(), response.headers["Content-Type"], [SECRET])
        except Exception as error:  # noqa: BLE001 (every exception is a finding)
            wrong[f"#{number} {request!r:.600}"] = f"{error!r:.500} {response.data!r:.500}"
    assert not wrong, "\n\n".join(f"{what}\n{example}" for example, what in wrong.items())
    assert statuses.total() == count
    assert statuses[200] > len(OPERATIONS)


def test_a_body_above_256_kb_is_a_413_of_ours(bridge: Bridge) -> None:
    body = '{"Unknown": "%s"}' % ("a" * 256 * 1024)
    response = bridge.send("POST", "/codelock/axema/usersync", {"Content-Type": "application/json"}, body)
    assert response.status == 413
    check(response.status, response.data.decode(), response.headers["Content-Type"], [])
    assert response.json()["ResponseStatus"]["ErrorCode"] == "RequestTooLarge"


def test_a_misspelt_filter_of_our_own_operation_is_a_400(bridge: Bridge) -> None:
    response = bridge.call("GET", "/voss/usage", CompanyId=str(uuid.uuid4()), Sate="Sent", format="json")
    message = "'Sate' is not a parameter of this operation. Did you mean 'State'?"
    assert (response.status, response.json()["ResponseStatus"]["Message"]) == (400, message)

"""A sync reads any response of Axema or says in a sentence why it cannot, and its counters add up."""

import json
import re
from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from bokabridge.errors import FatalError
from bokabridge.paging import Window
from bokabridge.text import tidy
from bokabridge.usersync.people import AxemaUser
from tests.axema import connect
from tests.data import COMPANY_ID
from tests.servers import serving
from tests.unit.usersync.world import World

TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # includes lone surrogates and control characters
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(TEXT, values, max_size=3),
    max_leaves=5,
)
GUID = "e378c9d4-52a3-5491-8bf3-9ecaaec8b58b"
LIKELY = st.fixed_dictionaries(
    {},
    optional={
        "userId": st.sampled_from(["a", "b", " c ", "", 7, True, "u3\ud83d", GUID, GUID.upper()]) | JSON,
        "name": st.sampled_from(["Ek, Bo", "Bo", ",", "von Ek Bo", "Lgh 1201 Ek Bo", "B\u00ado\u200b, Ek"]) | JSON,
        "email": st.sampled_from(["bo@example.com", "bo@", "\ufeffbo@example.com"]) | JSON,
        "phone": st.sampled_from(["0701740605", "1", 701740605, "070-1740 hem", "070-1740605 / 08-46500400"]) | JSON,
    },
)
RESPONSES = JSON | st.fixed_dictionaries({"userAccounts": st.lists(LIKELY | JSON, max_size=8)})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(response=RESPONSES)
def test_any_response_is_synced_or_refused_in_a_sentence(response: Any) -> None:
    def reply(request: Request) -> Response:
        token = {"access_token": "token", "expires_in": 3600}
        body = token if request.method == "POST" else response
        return Response(json.dumps(body), content_type="application/json")

    with serving(reply) as url:
        if not (isinstance(response, dict) and isinstance(response.get("userAccounts"), list)):
            with pytest.raises(FatalError, match=r"^Axema's response for page 1 is not a list of users\.$"):
                connect(url, COMPANY_ID).fetch(None, 1)
            return
        records = connect(url, COMPANY_ID).fetch(None, 1).records
    world = World(records)
    counters = world.sync()
    assert counters.found == len(response["userAccounts"])
    assert counters.found == counters.created + counters.updated + counters.unchanged + counters.skipped
    distinct = {record.id for record in records if isinstance(record, AxemaUser)}
    assert counters.created <= len(distinct)
    for customer in world.customers.list(COMPANY_ID, Window(0, 100)):
        stored = [text for text in (customer.source_user_id, *astuple(customer.person)) if isinstance(text, str)]
        assert [text for text in stored if text.encode() and tidy(text) != text] == []
        assert not customer.person.absent
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", customer.person.phone or "+46701740605")

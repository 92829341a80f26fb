"""`sam local invoke` of every function, with every event."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from local.stack.paths import ROOT
from tests.events import EXPECTED_RESPONSES, check, function_of
from tests.sam_local.sam_local import SamLocal

AT_ONCE = 3
"""Parallel invocations. Each one mostly waits for the container engine."""


@pytest.fixture(scope="module")
def responses(sam_local: SamLocal) -> Iterator[dict[str, Future[str]]]:
    """The output of `sam local invoke` for each event."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            name: pool.submit(sam_local.invoke, function_of(name), ROOT / "events" / f"{name}.json")
            for name in EXPECTED_RESPONSES
        }


@pytest.mark.timeout(900)  # one test may wait for most of the others' invocations
@pytest.mark.parametrize("name", EXPECTED_RESPONSES)
def test_event_gets_the_expected_response_in_a_container(responses: dict[str, Future[str]], name: str) -> None:
    check(name, json.loads(responses[name].result()))

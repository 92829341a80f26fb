"""`sam local invoke` of every function, with every event."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from local.stack.paths import ROOT
from tests.events import ANSWERS, check, function_of
from tests.sam_local.sam_local import SamLocal

AT_ONCE = 3
"""An invocation waits for its engine most of the time."""


@pytest.fixture(scope="module")
def answers(sam_local: SamLocal) -> Iterator[dict[str, Future[str]]]:
    """What `sam local invoke` prints for each event."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            name: pool.submit(sam_local.invoke, function_of(name), ROOT / "events" / f"{name}.json") for name in ANSWERS
        }


@pytest.mark.parametrize("name", ANSWERS)
def test_an_event_is_answered_in_a_container_as_expected(answers: dict[str, Future[str]], name: str) -> None:
    check(name, json.loads(answers[name].result()))

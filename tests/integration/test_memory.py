"""The memory that a hostile or a long list takes, in a process of its own, and the memory that the function has."""

import json
import os
import subprocess
import sys
from gzip import compress

import pytest
from werkzeug.wrappers import Request, Response

from local.stack.paths import ROOT
from tests.servers import serving
from tests.template import template

FUNCTION_MB = int(template()["Globals"]["Function"]["MemorySize"])
OTHERS_MB = 60
"""What the function needs besides: the AWS SDK, and the customers of a page."""

MB = 1024 * 1024


def read(kind: str, body: bytes, **headers: str) -> tuple[str, int]:
    """The number of records or the error, and the memory in MB."""

    def respond(request: Request) -> Response:
        if request.method == "POST":
            return Response('{"access_token": "token"}', content_type="application/json")
        return Response(body, content_type="application/json", headers=headers)

    with serving(respond) as url:
        command = [sys.executable, "-m", "tests.reader", kind, url]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "layers/bokabridge")))}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=100
        )
    outcome, memory = done.stdout.splitlines()
    return outcome, int(memory)


def filled(member: str, record: str, size: int) -> bytes:
    """A list of as many of these records as fit."""
    count = max(1, size // (len(record.encode()) + 1) - 20)
    return f'{{"{member}":['.encode() + b",".join([record.encode()] * count) + b"]}"


LOCAL, VAKA = ("local", "users"), ("vaka", "userAccounts")
MANY = "has more than 2000000 JSON values"

HOSTILE = {
    "empty objects from a company's own system": (*LOCAL, "{}", 15 * MB, MANY),
    "empty objects": (*VAKA, "{}", 31 * MB, MANY),
    "numbers": (*VAKA, "1", 15 * MB, MANY),
    "lists in lists": (*VAKA, "[[[[[[]]]]]]", 15 * MB, MANY),
    "users above their limit": (*VAKA, "{}", MB, "has more than 150000 users"),
    "objects in lists, up to the limit": (*VAKA, f"[{','.join(['{"":0}'] * 10)}]", 4 * MB, "records"),
    "wide characters, up to both limits": (*VAKA, f"[{','.join(['"🙂xxxxxxxxxxxx"'] * 30)}]", 31 * MB, "records"),
    "one long text": (*VAKA, f'"🙂{"x" * (15 * MB)}"', 31 * MB, "records"),
}


@pytest.mark.parametrize(("kind", "member", "one", "size", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_list_stays_inside_the_memory_of_the_function(
    kind: str, member: str, one: str, size: int, expected: str
) -> None:
    outcome, memory = read(kind, filled(member, one, size))
    assert expected in outcome
    assert memory < FUNCTION_MB - OTHERS_MB


def test_a_list_of_all_users_that_we_read_stays_inside_the_memory_of_the_function() -> None:
    user = {
        "userId": f"{0:036}",
        "name": "Svensson, Anna",
        "email": "anna.svensson@example.com",
        "phone": "070-1740605",
    }
    users = [user | {"userId": f"{at:036}"} for at in range(150_000)]
    outcome, memory = read("vaka", json.dumps({"userAccounts": users}).encode())
    assert outcome == "150000 records"
    assert memory < FUNCTION_MB - OTHERS_MB


@pytest.mark.parametrize(("kind", "limit"), [("local", "more than 16 MB"), ("vaka", "more than 32 MB")])
def test_a_small_body_that_unpacks_to_a_large_one_is_not_unpacked(kind: str, limit: str) -> None:
    bomb = compress(b" " * (256 * MB))
    outcome, memory = read(kind, bomb, **{"Content-Encoding": "gzip"})
    assert limit in outcome
    assert memory < 200

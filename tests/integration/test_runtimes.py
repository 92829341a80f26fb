"""The built functions with the libraries of a Lambda runtime: the newest, and the oldest that we support.

Each process has Lambda's order of folders: the function, the layers, the runtime.
"""

import gzip
import json
import os
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Response

from local.stack.paths import BUILD, OLDEST_RUNTIME, RUNTIME
from tests.servers import serving
from tests.template import resources

MEGABYTE = 1024 * 1024
FUNCTIONS = sorted(name for name, each in resources().items() if each["Type"] == "AWS::Serverless::Function")
LAYERS = [str(BUILD / layer / "python") for layer in ("DependenciesLayer", "BokabridgeLayer")]

IMPORT = """
import app, boto3, botocore, json, urllib3
print(json.dumps([boto3.__version__, botocore.__version__, urllib3.__version__, urllib3.__file__]))
"""

CALL = """
import json, sys
from bokabridge.adapters.aws import clients
from bokabridge.adapters.outbound.request import request, send_once
url = sys.argv[2]
asked = request("GET", url, who="Axema", headers={"Accept": "*/*"}, query={"a": "b"})
sent = send_once("POST", url, who="VOSS", headers={}, body=b"{}", read_timeout_seconds=5)
item = clients.dynamodb().get_item(TableName="t", Key={"PK": {"S": "a"}})["Item"]
print(json.dumps([asked.status, asked.body.decode(), sent.status, item]))
"""

BOMB = """
import json, sys
from bokabridge.adapters.outbound.guarded import LIMITS
from bokabridge.adapters.outbound.request import Limits, request, send_once
from bokabridge.errors import BridgeError
url = sys.argv[2]
errors = []
for call in (
    lambda: request("GET", url, who="Axema", headers={}, limits=Limits(LIMITS.body_bytes, 200)),
    lambda: request("GET", url, who="Axema", headers={}, limits=Limits(body_seconds=200)),
    lambda: send_once("GET", url, who="VOSS", headers={}, read_timeout_seconds=200),
):
    try:
        call()
    except BridgeError as error:
        errors.append(str(error))
high_water = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))
print(json.dumps([errors, int(high_water.split()[1]) // 1024]))
"""


def run(runtime: Path, function: str, program: str, *arguments: str, **variables: str) -> Any:
    """What the program prints, as JSON."""
    folders = "import sys; sys.path[:0] = sys.argv[1].split(':')\n"
    path = ":".join([str(BUILD / function), *LAYERS])
    done = subprocess.run(
        [str(runtime / "bin" / "python"), "-I", "-B", "-c", folders + program, path, *arguments],
        env={"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "eu-north-1", **variables},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(params=[OLDEST_RUNTIME, RUNTIME], ids=["oldest", "newest"])
def runtime(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_the_oldest_runtime_brings_a_urllib3_that_must_not_be_used() -> None:
    program = "import json, sys; sys.path[:3] = []; import urllib3; print(json.dumps(urllib3.__version__))"
    assert run(OLDEST_RUNTIME, FUNCTIONS[0], program) == "1.26.19"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_is_imported_with_our_own_urllib3(function: str, runtime: Path) -> None:
    boto3, botocore, urllib3, file = run(runtime, function, IMPORT)
    assert boto3 == botocore
    assert (boto3 == "1.36.3") is (runtime == OLDEST_RUNTIME)
    assert urllib3.startswith("2.")
    assert file.startswith(str(BUILD / "DependenciesLayer"))


def test_requests_to_other_systems_and_to_aws_work(runtime: Path) -> None:
    body = json.dumps({"Item": {"PK": {"S": "a"}}})
    access = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with serving(lambda _: Response(body, content_type="application/x-amz-json-1.0")) as url:
        found = run(runtime, "UserSyncPageFunction", CALL, url, AWS_ENDPOINT_URL_DYNAMODB=url, **access)
    assert found == [200, body, 200, {"PK": {"S": "a"}}]


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)), packer.flush()])


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_a_small_body_that_unpacks_to_512_mb_stays_below_the_memory_of_a_function(encoding: str) -> None:
    packed = bomb(512)
    if "," in encoding:
        packed = gzip.compress(packed)
    assert len(packed) < MEGABYTE
    with serving(lambda _: Response(packed, headers={"Content-Encoding": encoding})) as url:
        errors, peak_megabytes = run(OLDEST_RUNTIME, "UserSyncPageFunction", BOMB, url)
    assert [error.split(" of ")[-1] for error in errors] == ["more than 16 MB.", "more than 64 MB.", "more than 64 MB."]
    print(f"peak: {peak_megabytes} MB")
    assert peak_megabytes < 300, "functions have 512 MB"

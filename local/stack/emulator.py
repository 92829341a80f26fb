"""The emulator of AWS (ministack). It runs in a separate Python environment because it pins another botocore."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import urllib3

from local.stack import processes
from local.stack.paths import EMULATOR, ROOT

REGION = "eu-north-1"


@contextmanager
def emulator(port: int, scratch: Path, *, enforces_iam: bool = True) -> Iterator[str]:
    """Run the emulator on a port of 127.0.0.1, with its files in `scratch`, and yield its URL."""
    log = scratch / "emulator.log"
    url = f"http://127.0.0.1:{port}"
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": url,
        "MINISTACK_REGION": REGION,
        "AUTH": str(enforces_iam).lower(),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",
    }
    process = processes.start([str(EMULATOR / "bin" / "ministack")], log, env, ROOT)
    try:
        processes.wait_until(lambda: _is_up(url), process, log, "The emulator")
        yield url
    finally:
        processes.stop(process)


def client(service: str, url: str) -> Any:
    """A client of the emulator with administrator credentials."""
    session: Any = boto3.session.Session(region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
    return session.client(service, endpoint_url=url)


def _is_up(url: str) -> bool:
    try:
        return urllib3.request("GET", f"{url}/_ministack/health", retries=False, timeout=1).status == 200
    except urllib3.exceptions.HTTPError:
        return False

"""A client that openapi-python-client generates from our /openapi.json runs a sync and reports a usage."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.data import COMPANY_ID
from tests.e2e.client import Bridge
from tests.e2e.clients.launch import CLIENTS, download

DRIVER = Path(__file__).parent / "clients" / "generated_driver.py"

pytestmark = pytest.mark.needs_embedded_api("It answers paths that match no route in its own format.")


def run(folder: Path, *command: str) -> str:
    env = {**os.environ, "PATH": f"{CLIENTS / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_generated_client_runs_a_sync_and_reports_a_usage(bridge: Bridge, tmp_path: Path) -> None:
    download(bridge.stack.api_url, "/openapi.json", tmp_path / "openapi.json")
    options = ["--path", "openapi.json", "--meta", "none", "--output-path", "bokabridge_client", "--fail-on-warning"]
    run(tmp_path, "openapi-python-client", "generate", *options)
    shutil.copy(DRIVER, tmp_path)

    company = bridge.new_company(3)
    token = bridge.stack.tokens["superadmin"]
    shown = run(tmp_path, "python", DRIVER.name, bridge.stack.api_url, token, company, COMPANY_ID)
    assert json.loads(shown) == {
        "job": ["Completed", 3],
        "customers": [3, 2],
        "usage": 7500,
        "wrong": [400, ["ArticleNumber"]],
    }

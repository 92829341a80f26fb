"""The modules that a cold start of each function imports: none that no first answer of it needs."""

import json
import os
import subprocess
import sys

import pytest

from local.stack.paths import ROOT
from tests.template import functions

HTTP = {"ServiceStackFunction", "UserSyncApiFunction", "UserSyncSettingsFunction", "VossApiFunction"}
VOSS = {"VossApiFunction", "VossReconcileFunction"}
AUTHORIZER = {"AuthorizerFunction"}
HOOKS = {"PreTrafficFunction", "PreTrafficRouterFunction"}
"""Nobody waits for these but a deployment."""
NOTICES = {"UserSyncNotifyFunction"}
WEBHOOK = {"WebhookFunction"}
"""Nobody waits for these. The first needs the declaration of the operation that it links to."""

HEAVY = {
    "asyncio": set(),
    "aws_lambda_powertools.event_handler": set(),
    "aws_lambda_powertools.utilities.data_classes": set(),
    "aws_lambda_powertools.utilities.parameters": VOSS | WEBHOOK,
    "bokabridge.adapters.axema.sources": set(),
    "bokabridge.adapters.outbound.guarded": WEBHOOK,
    "bokabridge.adapters.outbound.request": VOSS | AUTHORIZER | WEBHOOK,
    "bokabridge.operations": HTTP | NOTICES,
    "bokabridge.operations.index": set(),
    "bokabridge.usersync.health": set(),
    "bokabridge.usersync.one_person": set(),
    "bokabridge.usersync.person_request": set(),
    "bokabridge.usersync.undo": set(),
    "bokabridge.usersync.undo_page": set(),
    "bokabridge.usersync.why": set(),
    "cryptography": AUTHORIZER,
    "dns": set(),
    "email_validator": {"UserSyncPageFunction"},
    "jwt": AUTHORIZER,
    "phonenumbers": {"UserSyncPageFunction"},
    "pydantic": HTTP | VOSS | AUTHORIZER | HOOKS | NOTICES | {"UserSyncPageFunction"},
    "tenacity": VOSS | AUTHORIZER | WEBHOOK,
    "tzdata": set(),
}
"""Modules that take long to import, or that only few requests need, and the functions that may import them at once."""

IMPORT = "import app, json, sys; print(json.dumps(sorted(sys.modules)))"


@pytest.fixture(scope="module", params=sorted(functions()))
def function(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def imported_by(function: str) -> set[str]:
    """The modules that a new process has after the import of the function's handler."""
    folders = [functions()[function]["CodeUri"], "layers/bokabridge"]
    done = subprocess.run(
        [sys.executable, "-B", "-s", "-P", "-c", IMPORT],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(str(ROOT / folder) for folder in folders)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_a_handler_imports_no_heavy_module_that_it_does_not_need(function: str) -> None:
    imported = imported_by(function)
    assert "bokabridge.logs" in imported
    assert imported & {name for name, needing in HEAVY.items() if function not in needing} == set()


def test_the_list_of_heavy_modules_names_functions_that_exist() -> None:
    assert set().union(*HEAVY.values()) <= set(functions())

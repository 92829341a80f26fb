"""The hook before traffic, over HTTP to stand-ins for Lambda, with the real handlers behind it, and for CodeDeploy."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from functions.pretraffic.app import CHECKS, EVENTS, handler
from local.stack.paths import ROOT
from tests.api_gateway import Context
from tests.events import EXPECTED_RESPONSES, function_of
from tests.servers import serving
from tests.wired import Wired, clear_caches, wired

NEW = {
    "NEW_AUTHORIZER": "AuthorizerFunction",
    "NEW_SERVICESTACK": "ServiceStackFunction",
    "NEW_USER_SYNC_API": "UserSyncApiFunction",
    "NEW_USER_SYNC_SETTINGS": "UserSyncSettingsFunction",
    "NEW_VOSS_API": "VossApiFunction",
}
EVENT = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}
NAMES = [(variable, name, expected) for variable, checks in CHECKS.items() for name, expected in checks]


@dataclass
class Aws:
    """Lambda and CodeDeploy. `broken` has the behaviour of new versions that are not as the code is."""

    handlers: dict[str, Callable[[Any, Any], Any]]
    broken: dict[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    reported: list[dict[str, str]] = field(default_factory=list)

    def respond(self, request: Request) -> Response:
        body = json.loads(request.get_data())
        if "PutLifecycleEventHookExecutionStatus" in request.headers.get("X-Amz-Target", ""):
            self.reported.append(body)
            return Response("{}", content_type="application/x-amz-json-1.1")
        function = request.path.split("/")[3]
        try:
            result = (self.broken.get(function) or self.handlers[function])(body, Context())
        except Exception as error:  # noqa: BLE001 (Lambda reports every error)
            failure = json.dumps({"errorMessage": str(error), "errorType": type(error).__name__})
            return Response(failure, headers={"X-Amz-Function-Error": "Unhandled"})
        return Response(json.dumps(result))


@pytest.fixture(scope="module")
def application() -> Iterator[Wired]:
    with wired({}) as found:
        yield found


@pytest.fixture
def aws(application: Wired, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    found = Aws(application.handlers)
    with serving(found.respond) as url:
        for service in ("LAMBDA", "CODEDEPLOY"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", url)
        for variable, function in NEW.items():
            monkeypatch.setenv(variable, function)
        clear_caches()
        yield found
    clear_caches()


def run() -> list[str]:
    context: Any = Context()
    return handler(EVENT, context)["Failed"]


def test_new_versions_that_respond_as_expected_get_their_callers(aws: Aws) -> None:
    assert run() == []
    assert aws.reported == [{"deploymentId": "d-1", "lifecycleEventHookExecutionId": "hook-1", "status": "Succeeded"}]


def crash(_event: Any, _context: Any) -> Any:
    raise ImportError("No module named 'bokabridge'")


@pytest.mark.parametrize("variable", NEW)
@pytest.mark.parametrize("broken", [crash, lambda _event, _context: {"statusCode": 500, "body": "{}"}])
def test_version_that_crashes_or_responds_otherwise_rolls_its_deployment_back(
    aws: Aws, variable: str, broken: Callable[[Any, Any], Any]
) -> None:
    aws.broken[NEW[variable]] = broken
    failed = run()
    assert len(failed) == len(CHECKS[variable])
    assert all(line.startswith(variable) for line in failed)
    assert [each["status"] for each in aws.reported] == ["Failed"]


def test_version_that_cannot_be_called_rolls_its_deployment_back(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:1")
    clear_caches()
    assert len(run()) == len(NAMES)
    assert [each["status"] for each in aws.reported] == ["Failed"]


def test_hook_checks_only_the_versions_that_it_is_given(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in set(NEW) - {"NEW_SERVICESTACK"}:
        monkeypatch.delenv(variable)
    aws.broken |= dict.fromkeys(set(NEW.values()) - {"ServiceStackFunction"}, crash)
    assert run() == []


@pytest.mark.parametrize(("variable", "name", "expected"), NAMES)
def test_event_is_one_of_those_in_events_with_the_same_response(variable: str, name: str, expected: int | str) -> None:
    assert (ROOT / "events" / f"{name}.json").samefile(EVENTS / f"{name}.json")
    assert function_of(name) == NEW[variable]
    response = EXPECTED_RESPONSES[name]
    assert (response if isinstance(response, int) else response["errorMessage"]) == expected


def test_every_function_behind_the_api_is_called() -> None:
    assert set(CHECKS) == set(NEW)
    assert all(CHECKS.values())

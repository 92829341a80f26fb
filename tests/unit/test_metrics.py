"""The metric of unexpected errors, which CloudWatch derives from log lines."""

import json
from typing import Any

import pytest

from bokabridge.errors import NotFound
from bokabridge.http.api import Api, Call, Success
from bokabridge.metrics import failures_published
from bokabridge.operations.usersync import (
    GET_AXEMA_USER_SYNC_JOB,
    AxemaUserSyncJobResponse,
    GetAxemaUserSyncJob,
)
from tests.api_gateway import WRITER, Context, event, status_and_body


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "bokabridge/tests")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "bokabridge")


def failures(printed: str) -> list[dict[str, Any]]:
    """The log lines that count a failure."""
    lines = [json.loads(line) for line in printed.splitlines() if "CloudWatchMetrics" in line]
    return [line for line in lines if "Failures" in line]


def call(error: Exception) -> int:
    """The HTTP status of an operation that raises this error."""
    api = Api()

    @api.operation(GET_AXEMA_USER_SYNC_JOB)
    def get_axema_user_sync_job(_: Call[GetAxemaUserSyncJob]) -> Success[AxemaUserSyncJobResponse]:
        raise error

    job = "44444444-4444-4444-8444-444444444444"
    request = event("GET", f"/codelock/axema/usersync/{job}", caller=WRITER, path_parameters={"Id": job})
    context: Any = Context()
    return status_and_body(api.handle(request, context))[0]


def test_unexpected_error_is_counted_under_the_version_that_raised_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(RuntimeError("a bug")) == 500
    (failure,) = failures(capsys.readouterr().out)
    assert (failure["FunctionName"], failure["ExecutedVersion"], failure["Failures"]) == ("function", "7", [1.0])
    (metrics,) = failure["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == "bokabridge/tests"
    assert [sorted(dimensions) for dimensions in metrics["Dimensions"]] == [
        ["ExecutedVersion", "FunctionName", "service"]
    ]


def test_callers_error_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(NotFound("There is no such job.")) == 404
    assert failures(capsys.readouterr().out) == []


@pytest.mark.parametrize(("error", "counted"), [(LookupError(), 0), (RuntimeError(), 1)])
def test_exception_is_counted_unless_it_is_expected(
    error: Exception, counted: int, capsys: pytest.CaptureFixture[str]
) -> None:
    context: Any = Context()
    with pytest.raises(type(error)), failures_published(context, expected=(LookupError,)):
        raise error
    assert len(failures(capsys.readouterr().out)) == counted

"""Following a sync until it ends, with a progress bar on standard error."""

import sys
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from admin.client import AnyOperation, Client
from admin.exits import ApiError, ExitCode
from bokabridge.errors import Unreachable
from bokabridge.operations.usersync import GET_AXEMA_USER_SYNC_JOB, QUERY_AXEMA_USER_SYNC_JOBS
from bokabridge.usersync.job import JobStatus

_POLL_SECONDS = 1.0
_PATIENCE_SECONDS = 120.0
"""How long the API may fail before we give up following. The sync does not need us."""


def follow(api: Client, job: Any, company: str | None) -> Any:
    """Wait until the job ends, and return it. Raises what the API's last response was if it fails for two minutes."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            bar = progress.add_task(job["StatusName"], total=_expected(api, company))
            _draw(progress, bar, job)
            while not JobStatus(job["Status"]).is_final:
                time.sleep(_POLL_SECONDS)
                job = _patiently(api, GET_AXEMA_USER_SYNC_JOB, Id=job["Id"], CompanyId=company)
                _draw(progress, bar, job)
    except KeyboardInterrupt:
        print(f"The sync goes on: `bokabridge sync show {job['Id']} --wait` follows it again.", file=sys.stderr)
        raise
    return job


def _expected(api: Client, company: str | None) -> int | None:
    """The number of people that the last completed sync found; None before the first one."""
    query = {"CompanyId": company, "Status": JobStatus.Completed.name, "Take": 1}
    last = _patiently(api, QUERY_AXEMA_USER_SYNC_JOBS, **query)["Results"]
    return (last[0].get("UsersFound") or None) if last else None


def _draw(progress: Progress, bar: TaskID, job: Any) -> None:
    found = job.get("UsersFound") or 0
    total = progress.tasks[0].total
    progress.update(bar, description=job["StatusName"], completed=found, total=total and max(total, found))


def _patiently(api: Client, operation: AnyOperation, **members: object) -> Any:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return api.call(operation, **members)
        except (ApiError, Unreachable) as error:
            may_pass = isinstance(error, Unreachable) or error.exit_code is ExitCode.TRY_LATER
            if not may_pass or time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)

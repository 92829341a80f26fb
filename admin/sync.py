"""`bokabridge sync`: start syncs and follow them."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from admin.client import AnyOperation
from admin.command import Company, command, group
from admin.exits import ApiError, ExitCode
from admin.follow import follow
from admin.output import print_one, print_rows
from admin.session import Session
from bokabridge.operations.usersync import (
    CANCEL_AXEMA_USER_SYNC,
    CREATE_AXEMA_USER_SYNC,
    GET_AXEMA_USER_SYNC_JOB,
    QUERY_AXEMA_USER_SYNC_ISSUES,
    QUERY_AXEMA_USER_SYNC_JOBS,
    UNDO_AXEMA_USER_SYNC,
)
from bokabridge.operations.usersync_changes import QUERY_AXEMA_USER_SYNC_CHANGES
from bokabridge.operations.usersync_users import SYNC_AXEMA_USER
from bokabridge.usersync.changes import ChangeKind
from bokabridge.usersync.job import JobStatus

app = group("Start syncs of Axema users and look at them.")

Status = StrEnum("Status", [status.name for status in JobStatus])  # type: ignore[misc]  # mypy knows literal names only
UserId = Annotated[str, typer.Argument(metavar="AXEMA_USER_ID", help="The user's id in Axema.", show_default=False)]
JobId = Annotated[str, typer.Argument(metavar="ID", help="The job's id.", show_default=False)]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until the sync ends. Exit code 1 if it failed.")]
WaitForStop = Annotated[bool, typer.Option("--wait", help="Wait until the sync has stopped writing.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only plan it. Nothing is written.")]
Force = Annotated[bool, typer.Option("--force", help="Do not hold the sync back.")]

_JOB = ("Id", "StatusName", "UsersFound", "UsersCreated", "UsersUpdated", "CreatedDate", "UpdatedDate", "ErrorMessage")
_CHANGE = ("AxemaUserId", "CustomerId", "Kind", "Outcome", "Fields")
_PERSON = ("AxemaUserId", "CustomerId", "Outcome", "Reason", "Fields", "DryRun", "Id")
_ISSUE = ("AxemaUserId", "Skipped", "Reason")


@command(app, "start")
def start(
    session: Session, company: Company = None, wait: Wait = False, dry_run: DryRun = False, force: Force = False
) -> None:
    """Start a sync, or a preview of one."""
    members = {"DryRun": dry_run or None, "Force": force or None}
    _show(session, _start(session, CREATE_AXEMA_USER_SYNC, CompanyId=company, **members), company, wait)


@command(app, "person")
def person(session: Session, user_id: UserId, company: Company = None, dry_run: DryRun = False) -> None:
    """Sync one person now, and say what was done and why. It shows ids and the names of fields."""
    done = session.api.call(SYNC_AXEMA_USER, AxemaUserId=user_id, CompanyId=company, DryRun=dry_run or None)
    row = {**done, "Fields": " ".join(each["Field"] for each in done["Fields"])}
    print_one({name: row[name] for name in _PERSON if name in row}, session.format)


@command(app, "show")
def show(session: Session, job_id: JobId, company: Company = None, wait: Wait = False) -> None:
    """Show a sync's job."""
    _show(session, session.api.call(GET_AXEMA_USER_SYNC_JOB, Id=job_id, CompanyId=company), company, wait)


@command(app, "cancel")
def cancel(session: Session, job_id: JobId, company: Company = None, wait: WaitForStop = False) -> None:
    """Cancel a sync. What it has changed remains."""
    job = session.api.call(CANCEL_AXEMA_USER_SYNC, Id=job_id, CompanyId=company)
    _print(session, follow(session.api, job, company) if wait else job, company)


@command(app, "undo")
def undo(session: Session, job_id: JobId, company: Company = None, wait: Wait = False, dry_run: DryRun = False) -> None:
    """Undo a sync: give back what it changed, where nobody has changed it since."""
    job = _start(session, UNDO_AXEMA_USER_SYNC, Id=job_id, CompanyId=company, DryRun=dry_run or None)
    _show(session, job, company, wait)


@command(app, "changes", has_csv=True)
def changes(
    session: Session,
    job_id: JobId,
    company: Company = None,
    kind: Annotated[ChangeKind | None, typer.Option(help="Only changes of this kind.", case_sensitive=False)] = None,
) -> None:
    """List whom a sync changed, or would change. It shows ids and the names of fields, and no person's data."""
    found = session.api.listed(QUERY_AXEMA_USER_SYNC_CHANGES, Id=job_id, CompanyId=company, Kind=kind)
    rows = [{**change, "Fields": " ".join(each["Field"] for each in change["Fields"])} for change in found]
    shown = [{name: row[name] for name in _CHANGE} for row in rows]
    print_rows(shown, _CHANGE, session.format, "The sync changed nobody.")


@command(app, "list", has_csv=True)
def list_jobs(
    session: Session,
    company: Company = None,
    status: Annotated[Status | None, typer.Option(help="Only jobs with this status.", case_sensitive=False)] = None,
    take: Annotated[int, typer.Option(help="At most this number of jobs.", min=1, max=1000)] = 20,
) -> None:
    """List a company's syncs, newest first."""
    found = session.api.call(QUERY_AXEMA_USER_SYNC_JOBS, CompanyId=company, Status=status, Take=take)
    print_rows(found["Results"], _JOB, session.format, "There are no syncs.")


@command(app, "issues", has_csv=True)
def issues(session: Session, job_id: JobId, company: Company = None) -> None:
    """List the Axema records that a sync skipped or changed. It shows Axema's ids, and no names."""
    found = session.api.listed(QUERY_AXEMA_USER_SYNC_ISSUES, Id=job_id, CompanyId=company)
    print_rows(found, _ISSUE, session.format, "The sync has no issues.")


def _start(session: Session, operation: AnyOperation, **members: Any) -> Any:
    """The new job. If another one is in the way, the error says how to follow that."""
    try:
        return session.api.call(operation, **members)
    except ApiError as refused:
        job_id = refused.meta.get("JobId")
        if job_id is None:
            raise
        message = f"{refused} It is the job {job_id}: `bokabridge sync show {job_id} --wait` follows it."
        raise ApiError(refused.status, refused.code, message, refused.meta) from None


def _show(session: Session, job: Any, company: str | None, wait: bool) -> None:
    if wait:
        job = follow(session.api, job, company)
    _print(session, job, company)
    if wait and job["Status"] != JobStatus.Completed:
        raise typer.Exit(ExitCode.BAD_NEWS)


def _print(session: Session, job: Any, company: str | None) -> None:
    more = session.api.call(QUERY_AXEMA_USER_SYNC_ISSUES, Id=job["Id"], CompanyId=company, Take=0)
    print_one({**job, **{name: value for name, value in more.items() if name != "Results"}}, session.format)

"""The operations of the user sync (seed 000_e6ad77ca7051b331.txt, public-facts 1.1)."""

from typing import Annotated, ClassVar

from bokabridge.errors import AlreadyRunning, StillEnding
from bokabridge.http.errors import RETRY_AFTER_SECONDS, Failure, failure
from bokabridge.http.operation import Operation
from bokabridge.http.wire import (
    CompanyRequest,
    Flag,
    StoredId,
    WindowRequest,
    WireDate,
    WireGuid,
    WireModel,
    enum_member,
)
from bokabridge.operations.roles import READERS, WRITERS
from bokabridge.usersync.job import JobStatus, SyncJob
from bokabridge.usersync.people import Issue


class CreateAxemaUserSync(CompanyRequest):
    """Starts a sync. Our DryRun starts a preview, which writes nothing, and our Force one that is never held back."""

    dry_run: Flag = False
    force: Flag = False


class QueryAxemaUserSyncJobs(CompanyRequest, WindowRequest):
    """Lists jobs, newest first. Without a Status it lists all, and with an unknown number none."""

    status: Annotated[
        JobStatus | int | None, enum_member(JobStatus, "InvalidStatus", accepts_undefined_numbers=True)
    ] = None


class GetAxemaUserSyncJob(CompanyRequest):
    """Reads one job."""

    id: StoredId


class CancelAxemaUserSync(GetAxemaUserSyncJob):
    """Cancels a sync (our addition)."""


class UndoAxemaUserSync(GetAxemaUserSyncJob):
    """Starts an undo of a job, or with DryRun a preview of one (our addition)."""

    dry_run: Flag = False


class QueryAxemaUserSyncIssues(GetAxemaUserSyncJob, WindowRequest):
    """Lists the issues of one job."""


class AxemaUserSyncJobResponse(WireModel):
    """A job, with the members of the contract in their order. The counters are absent until a worker has begun."""

    id: WireGuid
    company_id: WireGuid
    status: int
    status_name: str
    users_found: int | None
    users_created: int | None
    users_updated: int | None
    error_message: str | None
    created_date: WireDate
    updated_date: WireDate


class QueryAxemaUserSyncJobsResponse(WireModel):
    """Jobs, newest first."""

    has_response_status: ClassVar[bool] = True

    results: list[AxemaUserSyncJobResponse]


class AxemaUserSyncIssue(WireModel):
    """A fault in one Axema record. `skipped` is True if the sync left the record out."""

    axema_user_id: str
    reason: str
    skipped: bool


class QueryAxemaUserSyncIssuesResponse(WireModel):
    """A job's issues, and what the job's own DTO has no member for."""

    users_unchanged: int
    users_skipped: int
    users_missing: int | None
    trigger: str
    started_date: WireDate | None
    completed_date: WireDate | None
    waiting: str | None
    system_changed: bool
    dry_run: bool
    force: bool
    users_held: int
    held_reason: str | None
    axema_user_id: str | None
    undoes: WireGuid | None
    results: list[AxemaUserSyncIssue]


CREATE_AXEMA_USER_SYNC = Operation(
    CreateAxemaUserSync,
    AxemaUserSyncJobResponse,
    method="POST",
    path="/codelock/axema/usersync",
    roles=WRITERS,
    summary="Start a sync of users from the Axema Vaka system into BokaMera customers",
    notes=(
        "This operation runs in the background and may take several minutes. Use the GET endpoint to check status. "
        "Only one sync can run at a time per company."
    ),
)

QUERY_AXEMA_USER_SYNC_JOBS = Operation(
    QueryAxemaUserSyncJobs,
    QueryAxemaUserSyncJobsResponse,
    method="GET",
    path="/codelock/axema/usersync",
    roles=READERS,
    summary="Query Axema user sync jobs",
    notes="Returns a list of sync jobs for the company, optionally filtered by status.",
)

GET_AXEMA_USER_SYNC_JOB = Operation(
    GetAxemaUserSyncJob,
    AxemaUserSyncJobResponse,
    method="GET",
    path="/codelock/axema/usersync/{Id}",
    roles=READERS,
    summary="Get a single Axema user sync job by id",
    notes="Returns the sync job details including progress counters.",
)

CANCEL_AXEMA_USER_SYNC = Operation(
    CancelAxemaUserSync,
    AxemaUserSyncJobResponse,
    method="DELETE",
    path="/codelock/axema/usersync/{Id}",
    roles=WRITERS,
    summary="Cancel an Axema user sync job",
    notes="The job ends as Failed once its worker has stored the page in hand. What it has changed remains.",
    is_ours=True,
)

UNDO_AXEMA_USER_SYNC = Operation(
    UndoAxemaUserSync,
    AxemaUserSyncJobResponse,
    method="POST",
    path="/codelock/axema/usersync/{Id}/undo",
    roles=WRITERS,
    summary="Undo an Axema user sync job",
    notes=(
        "Starts a job that gives each field back its value before the sync, where nobody has changed it since. "
        "Customers that the sync created become inactive. It is possible for 7 days after the sync's end."
    ),
    is_ours=True,
)

QUERY_AXEMA_USER_SYNC_ISSUES = Operation(
    QueryAxemaUserSyncIssues,
    QueryAxemaUserSyncIssuesResponse,
    method="GET",
    path="/codelock/axema/usersync/{Id}/issues",
    roles=READERS,
    summary="Query the issues of an Axema user sync job",
    notes="Returns the Axema records that the sync skipped or changed on the way, each with the reason.",
    is_ours=True,
)


def usersync_failure(error: Exception) -> Failure | None:
    """A second start while a job runs, or is still ending, is a 409 that names that job. So is one person's 503."""
    from bokabridge.usersync.person_request import PersonNotSynced

    match error:
        case AlreadyRunning():
            location = GET_AXEMA_USER_SYNC_JOB.path_with(Id=error.job_id)
            return failure(409, "Conflict", str(error), meta={"JobId": error.job_id}, location=location)
        case StillEnding():
            headers = {"Retry-After": str(error.retry_after_seconds)}
            return failure(409, "Conflict", str(error), meta={"JobId": error.job_id}, headers=headers)
        case PersonNotSynced():
            location = GET_AXEMA_USER_SYNC_JOB.path_with(Id=error.job_id)
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            meta = {"JobId": error.job_id}
            return failure(503, "ServiceUnavailable", str(error), meta=meta, headers=headers, location=location)
        case _:
            return None


def job_response(job: SyncJob) -> AxemaUserSyncJobResponse:
    """The DTO of a job."""
    counters = job.counters
    return AxemaUserSyncJobResponse(
        id=job.id,
        company_id=job.company_id,
        status=job.status.value,
        status_name=job.status.name,
        users_found=counters.found if counters else None,
        users_created=counters.created if counters else None,
        users_updated=counters.updated if counters else None,
        error_message=job.error,
        created_date=job.created_at,
        updated_date=job.updated_at,
    )


def issues_response(job: SyncJob, issues: list[Issue]) -> QueryAxemaUserSyncIssuesResponse:
    """The DTO of a job's issues."""
    return QueryAxemaUserSyncIssuesResponse(
        users_unchanged=job.counters.unchanged if job.counters else 0,
        users_skipped=job.counters.skipped if job.counters else 0,
        users_missing=job.missing,
        trigger=job.trigger.name,
        started_date=job.started_at,
        completed_date=job.completed_at,
        waiting=job.waiting,
        system_changed=job.system_changed,
        dry_run=job.is_preview,
        force=job.is_forced,
        users_held=job.counters.held if job.counters else 0,
        held_reason=job.held_reason,
        axema_user_id=job.only_user_id,
        undoes=job.undoes,
        results=[
            AxemaUserSyncIssue(axema_user_id=issue.key, reason=issue.reason, skipped=issue.skipped) for issue in issues
        ],
    )

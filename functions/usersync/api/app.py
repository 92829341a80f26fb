"""The HTTP operations of the user sync, and the list of customers."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.clock import utc_now
from bokabridge.http.api import Api, Call, Success
from bokabridge.operations.customers import (
    CUSTOMER_QUERY,
    CustomerQuery,
    CustomerQueryResponse,
    customers_response,
)
from bokabridge.operations.usersync import (
    CANCEL_AXEMA_USER_SYNC,
    CREATE_AXEMA_USER_SYNC,
    GET_AXEMA_USER_SYNC_JOB,
    QUERY_AXEMA_USER_SYNC_ISSUES,
    QUERY_AXEMA_USER_SYNC_JOBS,
    UNDO_AXEMA_USER_SYNC,
    AxemaUserSyncJobResponse,
    CancelAxemaUserSync,
    CreateAxemaUserSync,
    GetAxemaUserSyncJob,
    QueryAxemaUserSyncIssues,
    QueryAxemaUserSyncIssuesResponse,
    QueryAxemaUserSyncJobs,
    QueryAxemaUserSyncJobsResponse,
    UndoAxemaUserSync,
    issues_response,
    job_response,
    usersync_failure,
)
from bokabridge.operations.usersync_changes import (
    QUERY_AXEMA_USER_SYNC_CHANGES,
    QueryAxemaUserSyncChanges,
    QueryAxemaUserSyncChangesResponse,
    changes_response,
)
from bokabridge.operations.usersync_users import (
    QUERY_AXEMA_USERS,
    SYNC_AXEMA_USER,
    QueryAxemaUsers,
    QueryAxemaUsersResponse,
    SyncAxemaUser,
    SyncAxemaUserResponse,
    person_response,
    users_response,
)
from bokabridge.usersync.changes import ChangeKind
from bokabridge.usersync.directory import find_customers
from bokabridge.usersync.job import JobStatus, SyncJob, Trigger
from bokabridge.usersync.read import get_job, list_jobs
from bokabridge.usersync.roster import day_of
from bokabridge.usersync.start import start_sync
from bokabridge.wiring.customers import customers
from bokabridge.wiring.environment import cors_origins, public_url
from bokabridge.wiring.settings import settings
from bokabridge.wiring.usersync import changes, issues, jobs, lease, links, patience, rosters, workflow

api = Api(public_url, [usersync_failure], cors_origins)


@api.operation(CREATE_AXEMA_USER_SYNC)
def create_axema_user_sync(call: Call[CreateAxemaUserSync]) -> Success[AxemaUserSyncJobResponse]:
    job = start_sync(
        call.company_id,
        Trigger.Request,
        jobs=jobs(),
        workflow=workflow(),
        clock=utc_now,
        lease=lease(),
        is_preview=call.request.dry_run,
        is_forced=call.request.force,
    )
    return Success(job_response(job), GET_AXEMA_USER_SYNC_JOB.path_with(Id=job.id))


@api.operation(QUERY_AXEMA_USER_SYNC_JOBS)
def query_axema_user_sync_jobs(call: Call[QueryAxemaUserSyncJobs]) -> Success[QueryAxemaUserSyncJobsResponse]:
    status, window = call.request.status, call.request.window
    if not isinstance(status, JobStatus | None):
        return Success(QueryAxemaUserSyncJobsResponse(results=[]))
    found = list_jobs(call.company_id, status, window, jobs=jobs(), workflow=workflow(), clock=utc_now)
    return Success(QueryAxemaUserSyncJobsResponse(results=[job_response(job) for job in found]))


@api.operation(GET_AXEMA_USER_SYNC_JOB)
def get_axema_user_sync_job(call: Call[GetAxemaUserSyncJob]) -> Success[AxemaUserSyncJobResponse]:
    return Success(job_response(found_job(call.company_id, call.request.id)))


@api.operation(CANCEL_AXEMA_USER_SYNC)
def cancel_axema_user_sync(call: Call[CancelAxemaUserSync]) -> Success[AxemaUserSyncJobResponse]:
    from bokabridge.usersync.cancel import cancel_sync

    by = call.caller.subject
    job = cancel_sync(call.company_id, call.request.id, by, jobs=jobs(), workflow=workflow(), clock=utc_now)
    return Success(job_response(job))


@api.operation(UNDO_AXEMA_USER_SYNC)
def undo_axema_user_sync(call: Call[UndoAxemaUserSync]) -> Success[AxemaUserSyncJobResponse]:
    from bokabridge.usersync.undo import start_undo

    job = start_undo(
        call.company_id,
        call.request.id,
        jobs=jobs(),
        workflow=workflow(),
        clock=utc_now,
        lease=lease(),
        is_preview=call.request.dry_run,
    )
    return Success(job_response(job), GET_AXEMA_USER_SYNC_JOB.path_with(Id=job.id))


@api.operation(QUERY_AXEMA_USER_SYNC_ISSUES)
def query_axema_user_sync_issues(call: Call[QueryAxemaUserSyncIssues]) -> Success[QueryAxemaUserSyncIssuesResponse]:
    wanted = call.request
    job = found_job(call.company_id, wanted.id)
    return Success(issues_response(job, issues().list(call.company_id, job.id, wanted.window)))


@api.operation(QUERY_AXEMA_USER_SYNC_CHANGES)
def query_axema_user_sync_changes(
    call: Call[QueryAxemaUserSyncChanges],
) -> Success[QueryAxemaUserSyncChangesResponse]:
    from bokabridge.usersync.history import list_changes

    wanted = call.request
    kinds = [wanted.kind] if wanted.kind else list(ChangeKind)
    job = found_job(call.company_id, wanted.id)
    return Success(changes_response(list_changes(job, kinds, wanted.window, changes=changes(), now=utc_now())))


@api.operation(QUERY_AXEMA_USERS)
def query_axema_users(call: Call[QueryAxemaUsers]) -> Success[QueryAxemaUsersResponse]:
    from bokabridge.usersync.why import Explainer

    stored = settings().find(call.company_id)
    explainer = Explainer(
        jobs=jobs(),
        rosters=rosters(),
        issues=issues(),
        links=links(),
        customers=customers(),
        system=stored.connection.system if stored else None,
        after_days=stored.safeguards.deactivate_after_days if stored else 0,
        day=day_of(utc_now()),
    )
    return Success(users_response(explainer.explain(call.company_id, call.request.search)))


@api.operation(SYNC_AXEMA_USER)
def sync_axema_user(call: Call[SyncAxemaUser]) -> Success[SyncAxemaUserResponse]:
    from bokabridge.usersync.person_request import sync_person

    outcome = sync_person(
        call.company_id,
        call.request.axema_user_id,
        jobs=jobs(),
        workflow=workflow(),
        issues=issues(),
        changes=changes(),
        links=links(),
        clock=utc_now,
        lease=lease(),
        patience=patience(),
        sleep=time.sleep,
        is_preview=call.request.dry_run,
    )
    return Success(person_response(outcome))


def found_job(company_id: str, job_id: str) -> SyncJob:
    """The job with this id."""
    return get_job(company_id, job_id, jobs=jobs(), workflow=workflow(), clock=utc_now)


@api.operation(CUSTOMER_QUERY)
def customer_query(call: Call[CustomerQuery]) -> Success[CustomerQueryResponse]:
    wanted = call.request
    page = find_customers(
        call.company_id,
        wanted.search,
        wanted.window,
        wanted.after,
        wanted.visible,
        customers=customers(),
        jobs=jobs(),
        links=links(),
    )
    return Success(customers_response(page))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's proxy event → its response."""
    return api.handle(event, context)

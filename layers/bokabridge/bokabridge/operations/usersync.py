"""The DTOs of the user sync and of customers (seed 000_e6ad77ca7051b331.txt, public-facts 1.1 and 1.4)."""

from typing import Annotated

from pydantic import Field

from bokabridge.customers.model import Customer
from bokabridge.http.wire import CompanyRequest, Guid, Window, WireDate, WireModel, enum_by_name_or_number
from bokabridge.paging import Page
from bokabridge.usersync.job import JobStatus, SyncJob
from bokabridge.usersync.people import Issue


class CreateAxemaUserSync(CompanyRequest):
    """POST /codelock/axema/usersync"""


class QueryAxemaUserSyncJobs(CompanyRequest, Window):
    """GET /codelock/axema/usersync"""

    status: Annotated[JobStatus | None, enum_by_name_or_number(JobStatus, "InvalidStatus")] = None


class GetAxemaUserSyncJob(CompanyRequest):
    """GET /codelock/axema/usersync/{Id}"""

    id: Guid


class QueryAxemaUserSyncIssues(GetAxemaUserSyncJob, Window):
    """GET /codelock/axema/usersync/{Id}/issues (an addition to BokaMera's contract)"""


class CustomerQuery(CompanyRequest, Window):
    """GET /customers"""

    search: str = Field(default="", max_length=200)


class AxemaUserSyncJobResponse(WireModel):
    """A job, in the members and the order of the contract; the counters are absent until the job has begun."""

    id: str
    company_id: str
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

    results: list[AxemaUserSyncJobResponse]


class AxemaUserSyncIssue(WireModel):
    """What was wrong with one record; `skipped` when no customer came of it."""

    axema_user_id: str
    reason: str
    skipped: bool


class QueryAxemaUserSyncIssuesResponse(WireModel):
    """A job's issues, and what the job's own DTO has no member for: two counters, and the cause of the sync."""

    users_unchanged: int
    users_skipped: int
    trigger: str
    results: list[AxemaUserSyncIssue]


class CustomerResponse(WireModel):
    """A customer."""

    id: str
    company_id: str
    firstname: str
    lastname: str
    email: str | None
    phone: str | None
    created: WireDate
    updated: WireDate


class CustomerQueryResponse(WireModel):
    """A window of the customers that match, and how many match in all."""

    offset: int
    total: int
    results: list[CustomerResponse]


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
        trigger=job.trigger.name,
        results=[
            AxemaUserSyncIssue(axema_user_id=issue.key, reason=issue.reason, skipped=issue.skipped) for issue in issues
        ],
    )


def customers_response(page: Page[Customer]) -> CustomerQueryResponse:
    """The DTO of a search."""
    return CustomerQueryResponse(
        offset=page.offset, total=page.total, results=[_customer_response(customer) for customer in page.results]
    )


def _customer_response(customer: Customer) -> CustomerResponse:
    return CustomerResponse(
        id=customer.id,
        company_id=customer.company_id,
        firstname=customer.person.first_name,
        lastname=customer.person.last_name,
        email=customer.person.email,
        phone=customer.person.phone,
        created=customer.created_at,
        updated=customer.updated_at,
    )

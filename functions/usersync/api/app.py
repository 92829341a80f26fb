"""The HTTP operations of the user sync, and the customers that came of it."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.step_functions import StepFunctionsWorkflow
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.clock import utc_now
from bokabridge.config import api_config
from bokabridge.http.api import Answer, Api, Call
from bokabridge.http.urls import job_path
from bokabridge.operations.usersync import (
    CreateAxemaUserSync,
    CustomerQuery,
    GetAxemaUserSyncJob,
    QueryAxemaUserSyncIssues,
    QueryAxemaUserSyncJobs,
    QueryAxemaUserSyncJobsResponse,
    customers_response,
    issues_response,
    job_response,
)
from bokabridge.paging import Window
from bokabridge.usersync import read
from bokabridge.usersync.job import Trigger
from bokabridge.usersync.start import start_sync

config = cache(api_config)
api = Api(lambda: config().public_url)


@cache
def jobs() -> DynamoJobs:
    return DynamoJobs(clients.dynamodb(), config().user_sync_table)


@cache
def issues() -> DynamoIssues:
    return DynamoIssues(clients.dynamodb(), config().user_sync_table)


@cache
def customers() -> DynamoCustomers:
    return DynamoCustomers(clients.dynamodb(), config().customers_table, utc_now)


@cache
def workflow() -> StepFunctionsWorkflow:
    return StepFunctionsWorkflow(clients.step_functions(), config().state_machine_arn)


@api.operation(CreateAxemaUserSync)
def create_axema_user_sync(call: Call[CreateAxemaUserSync]) -> Answer:
    job = start_sync(
        call.company_id, Trigger.Request, jobs=jobs(), workflow=workflow(), clock=utc_now, lease=config().lease
    )
    return Answer(job_response(job), job_path(job.id))


@api.operation(QueryAxemaUserSyncJobs)
def query_axema_user_sync_jobs(call: Call[QueryAxemaUserSyncJobs]) -> Answer:
    wanted = call.request
    window = Window(wanted.skip, wanted.take)
    found = read.list_jobs(call.company_id, wanted.status, window, jobs=jobs(), clock=utc_now)
    return Answer(QueryAxemaUserSyncJobsResponse(results=[job_response(job) for job in found]))


@api.operation(GetAxemaUserSyncJob)
def get_axema_user_sync_job(call: Call[GetAxemaUserSyncJob]) -> Answer:
    return Answer(job_response(read.get_job(call.company_id, call.request.id, jobs=jobs(), clock=utc_now)))


@api.operation(QueryAxemaUserSyncIssues)
def query_axema_user_sync_issues(call: Call[QueryAxemaUserSyncIssues]) -> Answer:
    wanted = call.request
    job = read.get_job(call.company_id, wanted.id, jobs=jobs(), clock=utc_now)
    return Answer(issues_response(job, issues().list(call.company_id, job.id, Window(wanted.skip, wanted.take))))


@api.operation(CustomerQuery)
def customer_query(call: Call[CustomerQuery]) -> Answer:
    wanted = call.request
    window = Window(wanted.skip, wanted.take)
    return Answer(customers_response(customers().search(call.company_id, wanted.search, window)))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's proxy event → its response."""
    return api.handle(event, context)

"""The user sync's stores and its workflow."""

from datetime import timedelta
from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.usersync.ports import ChangeLog, IssueStore, JobStore, LinkStore, RosterStore, Workflow
from bokabridge.wiring.environment import required, seconds, user_sync_table


@cache
def jobs() -> JobStore:
    """The jobs and the companies' locks."""
    from bokabridge.adapters.dynamodb.jobs import DynamoJobs

    return DynamoJobs(clients.dynamodb(), user_sync_table())


@cache
def rosters() -> RosterStore:
    """The rosters of the companies."""
    from bokabridge.adapters.dynamodb.rosters import DynamoRosters

    return DynamoRosters(clients.dynamodb(), user_sync_table())


@cache
def links() -> LinkStore:
    """The links between Axema users and customers."""
    from bokabridge.adapters.dynamodb.links import DynamoLinks

    return DynamoLinks(clients.dynamodb(), user_sync_table())


@cache
def issues() -> IssueStore:
    """The issues of the jobs."""
    from bokabridge.adapters.dynamodb.issues import DynamoIssues

    return DynamoIssues(clients.dynamodb(), user_sync_table())


@cache
def changes() -> ChangeLog:
    """The changes of the jobs."""
    from bokabridge.adapters.dynamodb.changes import DynamoChanges

    return DynamoChanges(clients.dynamodb(), user_sync_table())


@cache
def workflow() -> Workflow:
    """The engine that runs jobs in the background."""
    from bokabridge.adapters.aws.step_functions import StepFunctionsWorkflow

    return StepFunctionsWorkflow(clients.step_functions, required("STATE_MACHINE_ARN"))


def lease() -> timedelta:
    """How long a company's lock outlives the last report of its worker."""
    return timedelta(seconds=seconds("LEASE_SECONDS"))


def patience() -> timedelta:
    """How long a request for one person waits for its job."""
    return timedelta(seconds=seconds("ANSWER_SECONDS"))


def page_budget_seconds() -> float:
    """The page worker begins no page after this many seconds of an invocation."""
    return seconds("PAGE_BUDGET_SECONDS")

"""What the tables know about all companies. Only for operators' commands, because it reads whole tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.expressions import Filter
from bokabridge.adapters.dynamodb.keys import LOCK, SETTINGS, USAGE, company_of
from bokabridge.adapters.dynamodb.queries import scan
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.dates import parse_date

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that holds its company's lock until `lease_until`, unless it reports progress before."""

    company_id: str
    job_id: str
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Survey:
    """The companies that have Axema settings, with the version of their secrets, and the jobs that hold locks.

    The version is None for settings of release 0.2.0.
    """

    secret_versions: dict[str, str | None]
    running: list[RunningJob]


def survey(client: "DynamoDBClient", user_sync_table: str) -> Survey:
    """Reads UserSyncTable."""
    only = Filter("SK IN (:settings, :lock)", {}, {":settings": SETTINGS, ":lock": LOCK})
    items = list(scan(Table(client, user_sync_table), only))
    return Survey(
        secret_versions={company_of(item): item.get("SecretVersion") for item in items if item["SK"] == SETTINGS},
        running=[
            RunningJob(company_of(item), item["JobId"], parse_date(item["LeaseUntil"]))
            for item in items
            if item["SK"] == LOCK and "JobId" in item and "LeaseUntil" in item
        ],
    )


def companies_with_usages(client: "DynamoDBClient", usage_table: str) -> list[str]:
    """The ids of all companies that have ever used an article. Reads UsageTable."""
    only = Filter("begins_with(SK, :usage)", {}, {":usage": USAGE})
    return sorted({company_of(item) for item in scan(Table(client, usage_table), only, attributes="PK")})

"""Every store of the bridge on DynamoDB."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.adapters.dynamodb.changes import DynamoChanges
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.adapters.dynamodb.notices import DynamoNotices
from bokabridge.adapters.dynamodb.product_copies import DynamoProductCopies
from bokabridge.adapters.dynamodb.rosters import DynamoRosters
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.adapters.dynamodb.trials import DynamoTrials
from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.clock import utc_now

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Stores:
    """Every store of the bridge, on one client."""

    jobs: DynamoJobs
    rosters: DynamoRosters
    links: DynamoLinks
    issues: DynamoIssues
    changes: DynamoChanges
    customers: DynamoCustomers
    settings: DynamoSettings
    trials: DynamoTrials
    notices: DynamoNotices
    ledger: DynamoLedger
    products: DynamoProductCopies
    api_keys: DynamoApiKeys


def stores(client: "DynamoDBClient") -> Stores:
    return Stores(
        DynamoJobs(client, "t"),
        DynamoRosters(client, "t"),
        DynamoLinks(client, "t"),
        DynamoIssues(client, "t"),
        DynamoChanges(client, "t"),
        DynamoCustomers(client, "t", utc_now),
        DynamoSettings(client, "t"),
        DynamoTrials(client, "t"),
        DynamoNotices(client, "t"),
        DynamoLedger(client, "t"),
        DynamoProductCopies(client, "t"),
        DynamoApiKeys(client, "t"),
    )

"""VOSS, the ledger of usage and the copies of VOSS's products."""

import time
from datetime import timedelta
from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.voss_secret import voss_secret
from bokabridge.adapters.dynamodb.product_copies import DynamoProductCopies
from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.adapters.voss import VossApi, VossClient
from bokabridge.clock import utc_now
from bokabridge.voss.forward import UsageForwarder
from bokabridge.voss.ports import ProductCopies, UsageLedger, Voss
from bokabridge.voss.reconcile import Reconciler
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.wiring.environment import optional, required, seconds, whole_number


@cache
def ledger() -> UsageLedger:
    """The ledger."""
    return DynamoLedger(clients.dynamodb(), _usage_table())


@cache
def product_copies() -> ProductCopies:
    """The last lists of products that VOSS sent."""
    return DynamoProductCopies(clients.dynamodb(), _usage_table())


def _usage_table() -> str:
    return required("USAGE_TABLE")


@cache
def voss() -> Voss:
    """VOSS over HTTP, with our credentials from Secrets Manager."""
    api = VossApi(
        base_url=required("VOSS_BASE_URL").rstrip("/"),
        usage_path=required("VOSS_USAGE_PATH"),
        products_path=required("VOSS_PRODUCTS_PATH"),
        token_url=optional("VOSS_TOKEN_URL"),
        scope=optional("VOSS_SCOPE"),
        post_timeout_seconds=seconds("VOSS_TIMEOUT_SECONDS"),
    )
    return VossClient(api, lambda fresh: voss_secret(required("VOSS_SECRET_NAME"), fresh=fresh))


@cache
def forwarder() -> UsageForwarder:
    """The use case that forwards a usage."""
    return UsageForwarder(ledger(), _sender(), utc_now, _timing())


@cache
def reconciler() -> Reconciler:
    """The use case that settles usages of unknown outcome."""
    return Reconciler(ledger(), voss(), _sender(), utc_now, _timing())


def _sender() -> Sender:
    return Sender(ledger(), voss(), utc_now, time.sleep, _timing())


def _timing() -> Timing:
    return Timing(
        settle_after=timedelta(seconds=seconds("VOSS_SETTLE_AFTER_SECONDS")),
        max_posts=whole_number("VOSS_MAX_ATTEMPTS"),
    )


def reconcile_budget_seconds() -> float:
    """The reconciler begins no usage after this many seconds of an invocation."""
    return seconds("RECONCILE_BUDGET_SECONDS")

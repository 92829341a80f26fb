"""The HTTP operations of VOSS usage."""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.secrets import voss_secret
from bokabridge.adapters.dynamodb.usages import DynamoLedger, DynamoProductCopies
from bokabridge.adapters.voss import VossApi, VossClient
from bokabridge.clock import utc_now
from bokabridge.config import voss_config
from bokabridge.http.api import Answer, Api, Call
from bokabridge.operations.voss import (
    KEY_HEADER,
    REPLAYED_HEADER,
    CreateVossUsage,
    GetVossProducts,
    GetVossUsage,
    QueryVossUsages,
    idempotency_key,
    products_response,
    result_of,
    usage_response,
    usages_response,
)
from bokabridge.paging import Window
from bokabridge.voss.catalogue import list_products
from bokabridge.voss.forward import UsageForwarder
from bokabridge.voss.read import get_usage
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing, UsageOrder, UsageQuery

config = cache(voss_config)
api = Api(lambda: "")


@cache
def ledger() -> DynamoLedger:
    return DynamoLedger(clients.dynamodb(), config().usage_table)


@cache
def product_copies() -> DynamoProductCopies:
    return DynamoProductCopies(clients.dynamodb(), config().usage_table)


@cache
def voss() -> VossClient:
    settings = config()
    addresses = VossApi(
        settings.base_url,
        settings.usage_path,
        settings.products_path,
        settings.token_url,
        settings.scope,
        settings.post_timeout,
    )
    return VossClient(addresses, lambda fresh: voss_secret(settings.secret_name, fresh=fresh))


@cache
def forwarder() -> UsageForwarder:
    timing = Timing(settle_after=config().settle_after)
    sender = Sender(ledger(), voss(), utc_now, time.sleep, timing)
    return UsageForwarder(ledger(), sender, utc_now, timing)


@api.operation(CreateVossUsage)
def create_voss_usage(call: Call[CreateVossUsage]) -> Answer:
    key = call.headers[KEY_HEADER] = idempotency_key(call.event)
    order = UsageOrder(call.request.article_number, call.request.quantity)
    forwarded = forwarder().forward(call.company_id, key, order)
    return Answer(result_of(forwarded.usage), headers={REPLAYED_HEADER: "true"} if forwarded.replayed else {})


@api.operation(QueryVossUsages)
def query_voss_usages(call: Call[QueryVossUsages]) -> Answer:
    wanted = call.request
    query = UsageQuery(wanted.state, wanted.since, wanted.until)
    return Answer(usages_response(ledger().list(call.company_id, query, Window(wanted.skip, wanted.take))))


@api.operation(GetVossUsage)
def get_voss_usage(call: Call[GetVossUsage]) -> Answer:
    return Answer(usage_response(get_usage(call.company_id, call.request.id, ledger=ledger())))


@api.operation(GetVossProducts)
def get_voss_products(call: Call[GetVossProducts]) -> Answer:
    found = list_products(call.request.product_type, voss=voss(), copies=product_copies(), clock=utc_now)
    body, headers = products_response(found)
    return Answer(body, headers=headers)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's proxy event → its response."""
    return api.handle(event, context)

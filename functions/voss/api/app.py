"""The HTTP operations of VOSS usage."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.clock import utc_now
from bokabridge.http.api import Api, Call, Success
from bokabridge.operations.products import GET_VOSS_PRODUCTS, GetVossProducts, VossProducts, products_response
from bokabridge.operations.voss import (
    CREATE_VOSS_USAGE,
    GET_VOSS_USAGE,
    KEY_HEADER,
    QUERY_VOSS_USAGES,
    SETTLE_VOSS_USAGE,
    CreateVossUsage,
    GetVossUsage,
    QueryVossUsages,
    SettleVossUsage,
    idempotency_key,
)
from bokabridge.operations.voss_usages import (
    REPLAYED,
    USAGE_ID_HEADER,
    QueryVossUsagesResponse,
    VossUsageResponse,
    result_of,
    usage_failure,
    usage_response,
    usages_response,
)
from bokabridge.voss.catalogue import list_products
from bokabridge.voss.read import get_usage
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.settle import settle_usage
from bokabridge.voss.usage import Settlement, UsageOrder
from bokabridge.wiring.environment import cors_origins
from bokabridge.wiring.voss import forwarder, ledger, product_copies, voss

api = Api(failure_rules=[usage_failure], origins=cors_origins)


@api.operation(CREATE_VOSS_USAGE)
def create_voss_usage(call: Call[CreateVossUsage]) -> Success[CreateSubscriptionProductGroupResult]:
    key = call.headers[KEY_HEADER] = idempotency_key(call.received.headers, call.batch_index)
    order = UsageOrder(call.request.article_number, call.request.quantity)
    forwarded = forwarder().forward(call.company_id, key, order)
    headers = {USAGE_ID_HEADER: forwarded.usage.id, **(REPLAYED if forwarded.replayed else {})}
    return Success(result_of(forwarded.usage), headers=headers)


@api.operation(QUERY_VOSS_USAGES)
def query_voss_usages(call: Call[QueryVossUsages]) -> Success[QueryVossUsagesResponse]:
    found = ledger().list(call.company_id, call.request.query, call.request.window)
    return Success(usages_response(found))


@api.operation(GET_VOSS_USAGE)
def get_voss_usage(call: Call[GetVossUsage]) -> Success[VossUsageResponse]:
    return Success(usage_response(get_usage(call.company_id, call.request.id, ledger=ledger())))


@api.operation(SETTLE_VOSS_USAGE)
def settle_voss_usage(call: Call[SettleVossUsage]) -> Success[VossUsageResponse]:
    settlement = Settlement(call.request.outcome, call.request.note, call.caller.subject, utc_now())
    usage = settle_usage(call.company_id, call.request.id, settlement, ledger=ledger())
    return Success(usage_response(usage))


@api.operation(GET_VOSS_PRODUCTS)
def get_voss_products(call: Call[GetVossProducts]) -> Success[VossProducts]:
    found = list_products(call.request.product_type, voss=voss(), copies=product_copies(), clock=utc_now)
    body, headers = products_response(found)
    return Success(body, headers=headers)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's proxy event → its response."""
    return api.handle(event, context)

"""The responses to requests when DynamoDB is busy or failing, and which of them count as failures of a deployment."""

from typing import TYPE_CHECKING, Any

import pytest

from bokabridge.customers.search import Search
from bokabridge.http.api import Api, Call, Success
from bokabridge.operations.customers import CUSTOMER_QUERY, CustomerQuery, CustomerQueryResponse, customers_response
from bokabridge.paging import Window
from tests.api_gateway import READER, Context, event, status_and_body
from tests.aws_server import dynamodb, failure
from tests.stores import stores

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

THROTTLED = failure("ThrottlingException")
FAILING = failure("InternalServerError", status=500)
INVALID = failure("ValidationException")


def get_customers(client: "DynamoDBClient") -> tuple[int, Any]:
    """The response of GET /customers."""
    api = Api()

    @api.operation(CUSTOMER_QUERY)
    def customer_query(call: Call[CustomerQuery]) -> Success[CustomerQueryResponse]:
        return Success(
            customers_response(stores(client).customers.search(call.company_id, Search(email="a"), Window(0, 10)))
        )

    context: Any = Context()
    return status_and_body(api.handle(event("GET", "/customers", caller=READER), context))


@pytest.mark.parametrize(
    ("response", "status", "code", "failures"),
    [
        (THROTTLED, 503, "ServiceUnavailable", 0),
        (FAILING, 503, "ServiceUnavailable", 0),
        (INVALID, 500, "InternalServerError", 1),
    ],
)
def test_only_a_fault_of_the_deployment_can_roll_it_back(
    response: tuple[int, dict[str, Any]],
    status: int,
    code: str,
    failures: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "bokabridge/tests")
    with dynamodb([response]) as (client, _):
        got, body = get_customers(client)
    assert (got, body["ResponseStatus"]["ErrorCode"]) == (status, code)
    counted = [
        line for line in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in line and "Failures" in line
    ]
    assert len(counted) == failures

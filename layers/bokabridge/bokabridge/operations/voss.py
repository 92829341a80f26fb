"""The operations of VOSS usage (seed 003_19185feaf3f9fc6d.txt, public-facts 1.3) and their headers."""

import uuid
from typing import Annotated

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import Field, RootModel

from bokabridge.errors import (
    InvalidInput,
    KeyReused,
    Refusal,
    UsageError,
    UsageInProgress,
    UsageNotSent,
    UsageRejected,
)
from bokabridge.http.errors import Failure, failure
from bokabridge.http.operation import Operation
from bokabridge.http.wire import (
    CompanyRequest,
    OptionalDate,
    RequiredGuid,
    StoredId,
    TidyText,
    WholeNumber,
    WindowRequest,
    WireDate,
    WireModel,
    enum_member,
)
from bokabridge.operations.roles import WRITERS
from bokabridge.operations.voss_lists import with_room_for_answers
from bokabridge.paging import Page
from bokabridge.text import is_printable_ascii
from bokabridge.voss.catalogue import ProductList
from bokabridge.voss.product import ProductType
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.usage import Usage, UsageQuery, UsageState

KEY_HEADER = "Idempotency-Key"
REPLAYED = {"Idempotency-Replayed": "true"}
"""The header of a response that repeats the outcome of an earlier request."""
STALE_HEADER = "X-Stale"

MAX_KEY_CHARACTERS = 200

_MAX_QUANTITY = 2**31 - 1
"""The contract's Quantity is .NET's int."""

_REFUSALS = {Refusal.Invalid: 400, Refusal.NotFound: 404, Refusal.Unprocessable: 422}


class CreateVossUsage(CompanyRequest):
    """Forwards a usage. The contract requires CompanyId here."""

    company_id: RequiredGuid
    article_number: Annotated[TidyText, Field(max_length=100)]
    quantity: Annotated[WholeNumber, Field(ge=1, le=_MAX_QUANTITY)]


class GetVossUsage(CompanyRequest):
    """Reads one usage."""

    id: StoredId


class QueryVossUsages(CompanyRequest, WindowRequest):
    """Lists usages created at or after From and before To."""

    state: Annotated[UsageState | None, enum_member(UsageState, "InvalidValue")] = None
    since: OptionalDate = Field(default=None, alias="From")
    until: OptionalDate = Field(default=None, alias="To")

    @property
    def query(self) -> UsageQuery:
        """What the caller asks the ledger for."""
        return UsageQuery(self.state, self.since, self.until)


class GetVossProducts(WireModel):
    """Lists the products of one type, or all."""

    product_type: Annotated[ProductType | None, enum_member(ProductType, "InvalidValue")] = None


class VossProduct(WireModel):
    """A product that a usage can name."""

    name: str
    article_number: str


class VossProducts(RootModel[list[VossProduct]]):
    """A bare array, as on BokaMera's page."""

    def to_json(self) -> str:
        """The array as JSON."""
        return self.model_dump_json(by_alias=True)


class VossUsageResponse(WireModel):
    """A usage. `answer` is VOSS's response, with VOSS's own member names; without one, `reason` says why.

    `answer_omitted` is True in a list that has no room for the answer. GetVossUsage shows it.
    """

    id: str
    company_id: str
    idempotency_key: str
    state: str
    article_number: str
    quantity: int
    attempts: int
    answer: CreateSubscriptionProductGroupResult | None
    answer_omitted: bool | None = None
    reason: str | None
    created_date: WireDate
    updated_date: WireDate


class QueryVossUsagesResponse(WireModel):
    """The wanted part of the matching usages, newest first. Total counts all that match."""

    offset: int
    total: int
    results: list[VossUsageResponse]


CREATE_VOSS_USAGE = Operation(
    CreateVossUsage,
    CreateSubscriptionProductGroupResult,
    method="POST",
    path="/voss/usage",
    roles=WRITERS,
    summary="Add product to company invoicing",
    notes="Add new product to company invoicing. Sends that product to VOSS System.",
)

GET_VOSS_USAGE = Operation(
    GetVossUsage,
    VossUsageResponse,
    method="GET",
    path="/voss/usage/{Id}",
    roles=WRITERS,
    summary="Get a single usage by id",
    notes="Returns the usage and what became of it in VOSS.",
    is_ours=True,
)

QUERY_VOSS_USAGES = Operation(
    QueryVossUsages,
    QueryVossUsagesResponse,
    method="GET",
    path="/voss/usage",
    roles=WRITERS,
    summary="Query usages",
    notes="Returns a list of the company's usages, optionally filtered by state and date.",
    is_ours=True,
)

GET_VOSS_PRODUCTS = Operation(
    GetVossProducts,
    VossProducts,
    method="GET",
    path="/voss/products",
    roles=WRITERS,
    summary="gets voss products",
)


def usage_failure(error: Exception) -> Failure | None:
    """The response to a usage that is not billed, or not for certain. Only 504 leaves it open whether it will be."""
    if not isinstance(error, UsageError):
        return None
    status, code = _status_and_code(error)
    headers = dict(REPLAYED) if error.replayed else {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    meta = {"UsageId": error.usage_id} if error.usage_id else None
    return failure(status, code, str(error), meta=meta, headers=headers)


def _status_and_code(error: UsageError) -> tuple[int, str]:
    match error:
        case KeyReused():
            return 422, "IdempotencyKeyReused"
        case UsageInProgress():
            return 409, "Conflict"
        case UsageRejected():
            return _REFUSALS[error.refusal], "RejectedByVoss"
        case UsageNotSent():
            return 503, "ServiceUnavailable"
        case _:
            return 504, "OutcomeUnknown"


def idempotency_key(event: APIGatewayProxyEvent) -> str:
    """The caller's idempotency key, or a new one if the caller sent none. Raises InvalidInput."""
    given = {name.lower(): value for name, value in (event.raw_event.get("headers") or {}).items()}
    key = given.get(KEY_HEADER.lower())
    if key is None:
        return str(uuid.uuid4())
    key = str(key).strip()
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not is_printable_ascii(key):
        raise InvalidInput(f"'{KEY_HEADER}' must be 1 to {MAX_KEY_CHARACTERS} printable ASCII characters.", KEY_HEADER)
    return key


def result_of(usage: Usage) -> CreateSubscriptionProductGroupResult:
    """VOSS's response to a usage that is Sent."""
    return CreateSubscriptionProductGroupResult.model_validate_json(usage.result_json or "")


def usage_response(usage: Usage, *, omits_answer: bool = False) -> VossUsageResponse:
    """The DTO of a usage."""
    return VossUsageResponse(
        id=usage.id,
        company_id=usage.company_id,
        idempotency_key=usage.key,
        state=usage.state.value,
        article_number=usage.order.article_number,
        quantity=usage.order.quantity,
        attempts=usage.attempt,
        answer=result_of(usage) if usage.result_json and not omits_answer else None,
        answer_omitted=omits_answer or None,
        reason=usage.reason,
        created_date=usage.created_at,
        updated_date=usage.updated_at,
    )


def usages_response(page: Page[Usage]) -> QueryVossUsagesResponse:
    """The DTO of a search's result."""
    results = with_room_for_answers(page.results, usage_response)
    return QueryVossUsagesResponse(offset=page.offset, total=page.total, results=results)


def products_response(found: ProductList) -> tuple[VossProducts, dict[str, str]]:
    """The DTO of the products, and the headers that mark an old copy."""
    products = [VossProduct(name=product.name, article_number=product.article_number) for product in found.products]
    headers = {}
    if found.stale_by is not None:
        headers = {STALE_HEADER: "true", "Age": str(int(found.stale_by.total_seconds()))}
    return VossProducts(products), headers

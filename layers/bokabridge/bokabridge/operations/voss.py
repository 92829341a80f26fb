"""The operations of VOSS usage (seed 003_19185feaf3f9fc6d.txt, public-facts 1.3) and their headers."""

import uuid
from typing import Annotated, Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BeforeValidator, Field, RootModel, StringConstraints
from pydantic_core import PydanticCustomError

from bokabridge.errors import InvalidInput
from bokabridge.http.operation import Operation
from bokabridge.http.wire import (
    CompanyRequest,
    Guid,
    OptionalDate,
    RequiredGuid,
    WindowRequest,
    WireModel,
    enum_member,
    required,
)
from bokabridge.operations.roles import SUPERADMINS, WRITERS
from bokabridge.operations.voss_usages import QueryVossUsagesResponse, VossUsageResponse
from bokabridge.text import is_printable_ascii
from bokabridge.voss.catalogue import ProductList
from bokabridge.voss.product import ProductType
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.usage import SettlementOutcome, UsageQuery, UsageState

KEY_HEADER = "Idempotency-Key"
STALE_HEADER = "X-Stale"

MAX_KEY_CHARACTERS = 200
MAX_NOTE_CHARACTERS = 500

_MAX_QUANTITY = 2**31 - 1
"""The contract's Quantity is .NET's int."""


def _no_boolean(value: Any) -> Any:
    """Refuses `true`: Python counts it as the number 1, but it is not a quantity."""
    if isinstance(value, bool):
        raise PydanticCustomError("InvalidInteger", "must be a whole number.")
    return value


class CreateVossUsage(CompanyRequest):
    """Forwards a usage. The contract requires CompanyId here."""

    company_id: RequiredGuid
    article_number: Annotated[str, Field(max_length=100), BeforeValidator(required)]
    quantity: Annotated[int, Field(ge=1, le=_MAX_QUANTITY), BeforeValidator(_no_boolean)]


class GetVossUsage(CompanyRequest):
    """Reads one usage."""

    id: Guid


class QueryVossUsages(CompanyRequest, WindowRequest):
    """Lists usages created at or after From and before To."""

    state: Annotated[UsageState | None, enum_member(UsageState, "InvalidValue")] = None
    since: OptionalDate = Field(default=None, alias="From")
    until: OptionalDate = Field(default=None, alias="To")

    @property
    def query(self) -> UsageQuery:
        """What the caller asks the ledger for."""
        return UsageQuery(self.state, self.since, self.until)


def _decision(value: Any) -> Any:
    """Requires one of the two decisions by its name."""
    return required(value if value is not None else "")


class SettleVossUsage(CompanyRequest):
    """Decides about a disputed usage."""

    id: Guid
    outcome: Annotated[SettlementOutcome, enum_member(SettlementOutcome, "InvalidValue"), BeforeValidator(_decision)]
    note: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=MAX_NOTE_CHARACTERS), BeforeValidator(required)
    ]


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

SETTLE_VOSS_USAGE = Operation(
    SettleVossUsage,
    VossUsageResponse,
    method="POST",
    path="/voss/usage/{Id}/settle",
    roles=SUPERADMINS,
    summary="Settle a disputed usage",
    notes="Records a person's decision whether a disputed usage is billed. The decision is final.",
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


def products_response(found: ProductList) -> tuple[VossProducts, dict[str, str]]:
    """The DTO of the products, and the headers that mark an old copy."""
    products = [VossProduct(name=product.name, article_number=product.article_number) for product in found.products]
    headers = {}
    if found.stale_by is not None:
        headers = {STALE_HEADER: "true", "Age": str(int(found.stale_by.total_seconds()))}
    return VossProducts(products), headers

"""The DTOs of VOSS usage (seed 003_19185feaf3f9fc6d.txt, public-facts 1.3) and its two headers."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BeforeValidator, Field, RootModel
from pydantic_core import PydanticCustomError

from bokabridge.errors import InvalidInput
from bokabridge.http.wire import CompanyRequest, Guid, Window, WireDate, WireModel
from bokabridge.paging import Page
from bokabridge.voss.catalogue import ProductList
from bokabridge.voss.product import ProductType
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.usage import Usage, UsageState

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
STALE_HEADER = "X-Stale"

MAX_KEY = 200
"""Characters."""

_MAX_INT = 2**31 - 1
"""The contract's Quantity is .NET's int."""


def _required_guid(value: Any) -> Any:
    """The seed says that CompanyId is required; .NET's empty GUID is none."""
    if not str(value).strip() or str(value).strip("0{}()- ") == "":
        raise PydanticCustomError("NotEmpty", "should not be empty.")
    return value


def _not_blank(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("NotEmpty", "should not be empty.")
    return value


def _not_bool(value: Any) -> Any:
    """True is the number 1 to Python; nobody has used "true" hours."""
    if isinstance(value, bool):
        raise PydanticCustomError("InvalidInteger", "must be a whole number.")
    return value


def _date(value: Any) -> Any:
    """ISO 8601; without a zone it is UTC. (pydantic alone would take "2026" for a number of seconds.)"""
    if isinstance(value, str) and not value.strip():
        return None
    try:
        at = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise PydanticCustomError("InvalidDate", "must be a date in ISO 8601.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _member[Kind: (UsageState, ProductType)](kind: type[Kind]) -> BeforeValidator:
    """The member with this name, whatever its case; blank counts as absent."""

    def find(value: Any) -> Any:
        text = str(value).strip().casefold()
        if not text:
            return None
        for member in kind:
            if member.value.casefold() == text:
                return member
        raise PydanticCustomError("InvalidValue", "must be one of {names}.", {"names": ", ".join(kind)})

    return BeforeValidator(find)


class CreateVossUsage(CompanyRequest):
    """POST /voss/usage"""

    company_id: Annotated[Guid, BeforeValidator(_required_guid)]
    article_number: Annotated[str, Field(max_length=100), BeforeValidator(_not_blank)]
    quantity: Annotated[int, Field(ge=1, le=_MAX_INT), BeforeValidator(_not_bool)]


class GetVossUsage(CompanyRequest):
    """GET /voss/usage/{Id} (an addition to BokaMera's contract)"""

    id: Guid


class QueryVossUsages(CompanyRequest, Window):
    """GET /voss/usage (an addition to BokaMera's contract): created at or after From and before To"""

    state: Annotated[UsageState | None, _member(UsageState)] = None
    since: Annotated[datetime | None, BeforeValidator(_date)] = Field(default=None, alias="From")
    until: Annotated[datetime | None, BeforeValidator(_date)] = Field(default=None, alias="To")


class GetVossProducts(WireModel):
    """GET /voss/products"""

    product_type: Annotated[ProductType | None, _member(ProductType)] = None


class VossProduct(WireModel):
    """A product that usage can be reported of."""

    name: str
    article_number: str


class VossProducts(RootModel[list[VossProduct]]):
    """A bare array, as on BokaMera's page."""

    def to_json(self) -> str:
        """The array as JSON."""
        return self.model_dump_json(by_alias=True)


class VossUsageResponse(WireModel):
    """A record of the ledger. `answer` is VOSS's, with VOSS's own member names; `reason` says why there is none."""

    id: str
    company_id: str
    idempotency_key: str
    state: str
    article_number: str
    quantity: int
    attempts: int
    answer: CreateSubscriptionProductGroupResult | None
    reason: str | None
    created_date: WireDate
    updated_date: WireDate


class QueryVossUsagesResponse(WireModel):
    """A window of the usages that match, newest first, and how many match in all."""

    offset: int
    total: int
    results: list[VossUsageResponse]


def idempotency_key(event: APIGatewayProxyEvent) -> str:
    """The caller's key, or a new one for a caller without. Raises InvalidInput."""
    given = {name.lower(): value for name, value in (event.raw_event.get("headers") or {}).items()}
    key = given.get(KEY_HEADER.lower())
    if key is None:
        return str(uuid.uuid4())
    key = str(key).strip()
    if not 1 <= len(key) <= MAX_KEY or not (key.isascii() and key.isprintable()):
        raise InvalidInput(f"'{KEY_HEADER}' must be 1 to {MAX_KEY} printable ASCII characters.", KEY_HEADER)
    return key


def result_of(usage: Usage) -> CreateSubscriptionProductGroupResult:
    """VOSS's answer in a usage that was Sent."""
    return CreateSubscriptionProductGroupResult.model_validate_json(usage.result_json or "")


def usage_response(usage: Usage) -> VossUsageResponse:
    """The DTO of a record."""
    return VossUsageResponse(
        id=usage.id,
        company_id=usage.company_id,
        idempotency_key=usage.key,
        state=usage.state.value,
        article_number=usage.order.article_number,
        quantity=usage.order.quantity,
        attempts=usage.attempt,
        answer=result_of(usage) if usage.result_json else None,
        reason=usage.reason,
        created_date=usage.created_at,
        updated_date=usage.updated_at,
    )


def usages_response(page: Page[Usage]) -> QueryVossUsagesResponse:
    """The DTO of a search."""
    return QueryVossUsagesResponse(
        offset=page.offset, total=page.total, results=[usage_response(usage) for usage in page.results]
    )


def products_response(found: ProductList) -> tuple[VossProducts, dict[str, str]]:
    """The DTO of the products, and the headers that say so when they are an old copy."""
    products = [VossProduct(name=product.name, article_number=product.article_number) for product in found.products]
    headers = {}
    if found.stale_by is not None:
        headers = {STALE_HEADER: "true", "Age": str(int(found.stale_by.total_seconds()))}
    return VossProducts(products), headers

"""The operations of VOSS usage (seed 003_19185feaf3f9fc6d.txt, public-facts 1.3) and their headers."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from bokabridge.errors import InvalidInput
from bokabridge.http.operation import Operation
from bokabridge.http.wire import (
    CompanyRequest,
    OptionalDate,
    RequiredGuid,
    StoredId,
    TidyText,
    WholeNumber,
    WindowRequest,
    enum_member,
    required,
)
from bokabridge.operations.roles import SUPERADMINS, WRITERS
from bokabridge.operations.voss_usages import QueryVossUsagesResponse, VossUsageResponse
from bokabridge.text import is_printable_ascii
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.usage import SettlementOutcome, UsageQuery, UsageState

KEY_HEADER = "Idempotency-Key"
MAX_KEY_CHARACTERS = 200
MAX_NOTE_CHARACTERS = 500

_MAX_QUANTITY = 2**31 - 1
"""The contract's Quantity is .NET's int."""


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


def _decision(value: Any) -> Any:
    """Requires one of the two decisions by its name."""
    return required(value if value is not None else "")


class SettleVossUsage(CompanyRequest):
    """Decides about a disputed usage."""

    id: StoredId
    outcome: Annotated[SettlementOutcome, enum_member(SettlementOutcome, "InvalidValue"), BeforeValidator(_decision)]
    note: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=MAX_NOTE_CHARACTERS), BeforeValidator(required)
    ]


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


def idempotency_key(headers: Mapping[str, str], batch_index: int | None = None) -> str:
    """The caller's idempotency key, or a new one if the caller sent none. Raises InvalidInput.

    The names in `headers` are in lower case.

    Each item of a batch has its own: the caller's key followed by the item's index in brackets. So a caller can repeat
    a batch that failed halfway, and no item is billed twice.
    """
    key = headers.get(KEY_HEADER.lower())
    if key is None:
        return str(uuid.uuid4())
    key = key.strip()
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not is_printable_ascii(key):
        raise InvalidInput(f"'{KEY_HEADER}' must be 1 to {MAX_KEY_CHARACTERS} printable ASCII characters.", KEY_HEADER)
    return key if batch_index is None else f"{key}[{batch_index}]"

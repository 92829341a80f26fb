"""CreateSubscriptionProductGroupResult: VOSS's response to a usage, which we pass on to our caller.

The members, their names on the wire (camelCase) and the required ones are those of seed 003_19185feaf3f9fc6d.txt. Two
edges share this model, the adapter to VOSS and our own HTTP, so it lives in the domain between them.

Values stay as VOSS wrote them: dates are checked and kept as text, whole amounts stay whole. Two things are normalised:
enums become their names (BokaMera's older pages number them from 1; public-facts 1.3.1), and null members are left out.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictFloat, StrictInt, StrictStr
from pydantic.alias_generators import to_camel

from bokabridge.voss.product import ProductType


class ProductGroupType(StrEnum):
    """ProductGroupTypeEnum."""

    Optional = "Optional"
    Included = "Included"


class SubscriptionStatus(StrEnum):
    """StatusEnum."""

    Active = "Active"
    Terminated = "Terminated"


class TerminationType(StrEnum):
    """TypeEnum of a termination."""

    AtSubscriptionBillingPeriodEnd = "AtSubscriptionBillingPeriodEnd"
    AtBindingPeriodEnd = "AtBindingPeriodEnd"
    Immediately = "Immediately"


class TerminationSource(StrEnum):
    """SourceEnum of a termination."""

    Direct = "Direct"
    Plan = "Plan"
    CustomerExpiration = "CustomerExpiration"
    Update = "Update"
    Unpaid = "Unpaid"


class SubscriptionBehaviour(StrEnum):
    """SubscriptionBehaviourEnum."""

    Prorate = "Prorate"
    Full = "Full"
    None_ = "None"


class CreditKind(StrEnum):
    """CreditKindEnum."""

    Normal = "Normal"
    Internal = "Internal"


def _named[Kind: StrEnum](kind: type[Kind]) -> BeforeValidator:
    """Turns a number, counted from 1, into the member that it stands for."""

    def name(value: Any) -> Any:
        members = list(kind)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return members[value - 1] if is_number and 1 <= value <= len(members) else value

    return BeforeValidator(name)


def _checked_guid(text: str) -> str:
    UUID(text)
    return text


def _checked_date(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def _is_default(value: object) -> bool:
    return value is None or value == 0


_Guid = Annotated[StrictStr, AfterValidator(_checked_guid), Field(json_schema_extra={"format": "uuid"})]
_Date = Annotated[StrictStr, AfterValidator(_checked_date), Field(json_schema_extra={"format": "date-time"})]
_Number = StrictInt | StrictFloat


def _omitted_by_default() -> Any:
    """A member with EmitDefaultValue=false: it is left out if it is null or 0."""
    return Field(default=None, exclude_if=_is_default)


class _Result(BaseModel):
    """A DataContract of VOSS. The class variables are those of `http.wire.WireModel`."""

    xml_namespace: ClassVar[str] = "http://schemas.datacontract.org/2004/07/BokaMera.VossIntegration.ApiTools.Model"
    dto_name: ClassVar[str]
    is_data_contract: ClassVar[bool] = True

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True, allow_inf_nan=False, frozen=True
    )


class SubscriptionProductGroupProductResult(_Result):
    """A product of the group."""

    dto_name: ClassVar[str] = "SubscriptionProductGroupProductResultDto"

    id: _Guid
    name: StrictStr
    external_id: StrictStr | None = None
    article_number: StrictStr


class CreditOptions(_Result):
    """The credit for a termination."""

    dto_name: ClassVar[str] = "CreditOptionsDto"

    behaviour: Annotated[SubscriptionBehaviour, _named(SubscriptionBehaviour)]
    credit_kind: Annotated[CreditKind, _named(CreditKind)]
    prorate_time_anchor: _Date | None = None


class SubscriptionItemTerminationReason(_Result):
    """The reason of the group's end."""

    dto_name: ClassVar[str] = "SubscriptionItemTerminationReasonDto"

    reason_id: _Guid
    reason_name: StrictStr
    reason_external_id: StrictStr | None = None
    sub_reason_id: _Guid | None = None
    sub_reason_name: StrictStr | None = None
    sub_reason_external_id: StrictStr | None = None
    comment: StrictStr


class SubscriptionItemTermination(_Result):
    """The date and the reason of the group's end."""

    dto_name: ClassVar[str] = "SubscriptionItemTerminationDto"

    type: Annotated[TerminationType, _named(TerminationType)] | None = None
    source: Annotated[TerminationSource, _named(TerminationSource)]
    scheduled_date: _Date
    reason: SubscriptionItemTerminationReason | None = None
    credit_options: CreditOptions


class CustomerBalanceChangeItem(_Result):
    """One row to be invoiced."""

    dto_name: ClassVar[str] = "CustomerBalanceChangeItemDto"

    type: Annotated[ProductType, _named(ProductType)]
    id: _Guid
    name: StrictStr
    product_group_id: _Guid
    product_group_name: StrictStr
    quantity: _Number
    amount: _Number
    discount_amount: _Number
    total_amount: _Number | None = _omitted_by_default()
    invoice_recipient_customer_id: _Guid


class CustomerBalanceChange(_Result):
    """The rows that VOSS added, and their totals."""

    dto_name: ClassVar[str] = "CustomerBalanceChangeDto"

    items: list[CustomerBalanceChangeItem] | None = _omitted_by_default()
    total_amount: _Number | None = _omitted_by_default()
    total_discount_amount: _Number | None = _omitted_by_default()


class CreateSubscriptionProductGroupResult(_Result):
    """VOSS's response to a usage."""

    dto_name: ClassVar[str] = "CreateSubscriptionProductGroupResult"

    product_group_type: Annotated[ProductGroupType, _named(ProductGroupType)]
    status: Annotated[SubscriptionStatus, _named(SubscriptionStatus)]
    id: _Guid
    name: StrictStr
    products: list[SubscriptionProductGroupProductResult] | None = _omitted_by_default()
    termination: SubscriptionItemTermination | None = None
    created: _Date
    customer_balance_change: CustomerBalanceChange

    def to_json(self) -> str:
        """The result as JSON, the same text each time. Null members are left out."""
        return self.model_dump_json(by_alias=True, exclude_none=True)

    def shortened(self) -> "CreateSubscriptionProductGroupResult":
        """The result without its lists, for one that is too large to store. The totals stay."""
        totals = self.customer_balance_change.model_copy(update={"items": None})
        return self.model_copy(update={"products": None, "customer_balance_change": totals})

"""The operation that lists customers (public-facts 1.4)."""

from typing import ClassVar

from pydantic import Field

from bokabridge.customers.model import Customer
from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, Flag, OptionalGuid, WindowRequest, WireDate, WireGuid, WireModel
from bokabridge.operations.roles import READERS
from bokabridge.paging import Page


class CustomerQuery(CompanyRequest, WindowRequest):
    """Customers who match Search (customers/search.py), in the order of their ids. Our After is a cursor.

    Our Visible chooses the active ones (true) or the inactive ones (false).
    """

    search: str = Field(default="", max_length=200)
    after: OptionalGuid = None
    visible: Flag | None = None


class CustomerResponse(WireModel):
    """A customer."""

    id: WireGuid
    company_id: WireGuid
    firstname: str
    lastname: str
    email: str | None
    phone: str | None
    created: WireDate
    updated: WireDate


class CustomerQueryResponse(WireModel):
    """The wanted part of the matching customers. Total counts all that match, up to 1,000 if there is a Search."""

    has_response_status: ClassVar[bool] = True

    offset: int
    total: int
    results: list[CustomerResponse]


CUSTOMER_QUERY = Operation(
    CustomerQuery,
    CustomerQueryResponse,
    method="GET",
    path="/customers",
    roles=READERS,
    summary="Customers",
)


def customers_response(page: Page[Customer]) -> CustomerQueryResponse:
    """The DTO of a search's result."""
    return CustomerQueryResponse(
        offset=page.offset, total=page.total, results=[_customer_response(customer) for customer in page.results]
    )


def _customer_response(customer: Customer) -> CustomerResponse:
    return CustomerResponse(
        id=customer.id,
        company_id=customer.company_id,
        firstname=customer.person.first_name,
        lastname=customer.person.last_name,
        email=customer.person.email,
        phone=customer.person.phone,
        created=customer.created_at,
        updated=customer.updated_at,
    )

"""ServiceStack's captured answers (tests/data/servicestack_vectors.json) and the data that its stub services gave.

The environment variable SERVICESTACK_VECTORS names another file of the same form.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import RootModel

from bokabridge.http.wire import WireDate, WireGuid, WireModel
from bokabridge.operations.customers import CustomerQueryResponse, CustomerResponse
from bokabridge.operations.usersync import AxemaUserSyncJobResponse, QueryAxemaUserSyncJobsResponse
from bokabridge.voss.result import CreateSubscriptionProductGroupResult

COMPANY = "11111111-1111-4111-8111-111111111111"
ID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"
CREATED = datetime(2026, 11, 21, 18, 40, 1, 123000, tzinfo=UTC)
UPDATED = datetime(2026, 11, 21, 18, 40, 2, tzinfo=UTC)
FAULT = "He said \"no\", å ä ö 😀\r\nline two; {x} [y] <b>&amp;</b> \\ tab\there \x01 'q' /s"  # what text can have


def vectors(*groups: str) -> list[dict[str, Any]]:
    """The captured answers of these groups; of all groups, if none is named."""
    path = os.environ.get("SERVICESTACK_VECTORS", Path(__file__).parent / "data" / "servicestack_vectors.json")
    found = json.loads(Path(path).read_text())["vectors"]
    return [vector for vector in found if not groups or vector["group"] in groups]


class StubProduct(WireModel):
    """VossProduct, of which one has no article number here."""

    dto_name = "VossProduct"

    name: str
    article_number: str | None


class StubProducts(RootModel[list[StubProduct]]):
    """The answer of GetVossProducts."""

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_none=True)


class StubSettings(WireModel):
    """CodeLockAxemaSettingResponse, which can have no NameOrder and no ScheduleTimezone here."""

    dto_name = "CodeLockAxemaSettingResponse"

    company_id: WireGuid
    integration_type: int
    api_endpoint: str | None = None
    api_port: int | None = None
    username: str | None = None
    device_id: str | None = None
    client_id: str | None = None
    active: bool = False
    name_order: str | None = None
    schedule: str | None = None
    schedule_timezone: str | None = None
    created: WireDate = CREATED
    updated: WireDate = UPDATED


def job(service: str = "default", company_id: str = COMPANY) -> AxemaUserSyncJobResponse:
    """The job of `default`, `as:pending` or `as:failed`."""
    status, name, counters, error, created, updated = {
        "default": (2, "Completed", (250, 240, 10), None, CREATED, UPDATED),
        "as:pending": (0, "Pending", (None, None, None), None, CREATED, CREATED),
        "as:failed": (
            *(3, "Failed", (0, 0, 0), FAULT),
            *(datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 21, 18, 40, 1)),  # noqa: DTZ001 (has no zone)
        ),
    }[service]
    return AxemaUserSyncJobResponse(
        id=ID,
        company_id=company_id,
        status=status,
        status_name=name,
        users_found=counters[0],
        users_created=counters[1],
        users_updated=counters[2],
        error_message=error,
        created_date=created,
        updated_date=updated,
    )


def jobs(status: int | None = None) -> QueryAxemaUserSyncJobsResponse:
    """The list of jobs, filtered by status."""
    found = [job(), job("as:pending"), job("as:failed")]
    return QueryAxemaUserSyncJobsResponse(results=[one for one in found if status in (None, one.status)])


def customers() -> CustomerQueryResponse:
    """The two customers."""

    def customer(first: str, last: str, email: str | None, phone: str | None) -> CustomerResponse:
        return CustomerResponse(
            id=ID,
            company_id=COMPANY,
            firstname=first,
            lastname=last,
            email=email,
            phone=phone,
            created=CREATED,
            updated=UPDATED,
        )

    found = [
        customer("Åsa", "Öberg, Jr", "asa@example.se", "+46701234567"),
        customer('Bo "Bosse"', "", None, None),
    ]
    return CustomerQueryResponse(offset=0, total=2, results=found)


def products(product_type: str | None = None) -> StubProducts:
    """The three products, none of which is of the type Main."""
    found = [('Hours, "dev"', "A1"), ("Plain", "A2"), ("{brace}", None)] if product_type != "Main" else []
    return StubProducts([StubProduct(name=name, article_number=number) for name, number in found])


def settings() -> StubSettings:
    """The stored settings."""
    return StubSettings(
        company_id=COMPANY,
        integration_type=1,
        api_endpoint="vaka.example.se",
        api_port=8443,
        username="sync",
        active=True,
        name_order="LastFirst",
        schedule_timezone="Europe/Stockholm",
    )


_TERMINATION = {
    "type": "Immediately",
    "source": "Direct",
    "scheduledDate": "2026-11-21T18:40:02Z",
    "reason": {"reasonId": ID, "reasonName": "r", "subReasonId": ID, "comment": "c"},
    "creditOptions": {"behaviour": "None", "creditKind": "Internal", "prorateTimeAnchor": "2026-11-21T18:40:02Z"},
}


def usage(
    service: str = "default", article_number: str = "A1", quantity: int = 6
) -> CreateSubscriptionProductGroupResult:
    """VOSS's result, with a termination for `as:full`."""
    item = {
        "type": "Usage",
        "id": ID,
        "name": "Hours",
        "productGroupId": ID,
        "productGroupName": "G",
        "quantity": quantity,
        "amount": 1234.5,
        "discountAmount": 0,
        "totalAmount": 0.1 + 0.2,
        "invoiceRecipientCustomerId": COMPANY,
    }
    return CreateSubscriptionProductGroupResult.model_validate(
        {
            "productGroupType": "Optional",
            "status": "Active",
            "id": ID,
            "name": f"Group å {article_number}",
            "products": [{"id": ID, "name": "Hours", "articleNumber": article_number}],
            "termination": _TERMINATION if service == "as:full" else None,
            "created": "2026-11-21T18:40:01.123Z",
            "customerBalanceChange": {"items": [item], "totalAmount": 1e21, "totalDiscountAmount": 0},
        }
    )

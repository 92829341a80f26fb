"""The companies' Axema settings in UserSyncTable (`SETTINGS`), without their secrets.

The transaction that starts a sync reads IsActive. IntegrationType is the number of the connection's kind; the members
of that kind are attributes with their names on the wire, such as ApiEndpoint.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import SETTINGS, key
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import Conflict
from bokabridge.settings.kinds import KINDS, get_kind
from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.model import AxemaSettings, NameOrder

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoSettings:
    """SettingsStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str, kinds: Sequence[type[Connection]] = KINDS) -> None:
        self._table = Table(client, table_name)
        self._kinds = kinds

    def find(self, company_id: str) -> AxemaSettings | None:
        """See SettingsStore."""
        item = self._table.find(key(company_id, SETTINGS))
        return _from_item(company_id, item, self._kinds) if item else None

    def add(self, settings: AxemaSettings) -> None:
        """See SettingsStore."""
        try:
            self._table.put(_to_item(settings), "attribute_not_exists(PK)")
        except ConditionFailed:
            raise Conflict("The company has Axema settings already. Change them with PUT.") from None

    def replace(self, before: AxemaSettings, after: AxemaSettings) -> None:
        """See SettingsStore. Each save has its own date, so the date is unchanged only if there was no other save."""
        try:
            self._table.put(_to_item(after), "UpdatedDate = :seen", {":seen": format_date(before.updated_at)})
        except ConditionFailed:
            raise Conflict("Another request changed the Axema settings just now. Read them and try again.") from None


def _to_item(settings: AxemaSettings) -> Item:
    return {
        **key(settings.company_id, SETTINGS),
        "IntegrationType": settings.connection.number,
        **settings.connection.to_wire(),
        "NameOrder": settings.name_order,
        "IsActive": settings.is_active,
        "Schedule": settings.schedule,
        "ScheduleTimezone": settings.timezone,
        "CreatedDate": format_date(settings.created_at),
        "UpdatedDate": format_date(settings.updated_at),
    }


def _from_item(company_id: str, item: Item, kinds: Sequence[type[Connection]]) -> AxemaSettings:
    return AxemaSettings(
        company_id=company_id,
        connection=get_kind(item["IntegrationType"], kinds).from_wire(item),
        created_at=parse_date(item["CreatedDate"]),
        updated_at=parse_date(item["UpdatedDate"]),
        name_order=NameOrder(item["NameOrder"]),
        is_active=item["IsActive"],
        schedule=item.get("Schedule"),
        timezone=item["ScheduleTimezone"],
    )

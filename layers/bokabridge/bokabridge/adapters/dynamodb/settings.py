"""The companies' Axema settings in UserSyncTable (`SETTINGS`), without their secrets.

IsActive is what a start's transaction looks at. ApiEndpoint, ApiPort and Username are a local endpoint's, DeviceId and
ClientId VAKA Online's; IntegrationType says which of them are there.
"""

from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import SETTINGS, key
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import Conflict
from bokabridge.settings.model import (
    AxemaSettings,
    Connection,
    IntegrationType,
    LocalConnection,
    NameOrder,
    VakaOnlineConnection,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoSettings:
    """SettingsStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def get(self, company_id: str) -> AxemaSettings | None:
        """See SettingsStore."""
        item = self._table.find(key(company_id, SETTINGS))
        return _from_item(company_id, item) if item else None

    def add(self, settings: AxemaSettings) -> None:
        """See SettingsStore."""
        try:
            self._table.put(_to_item(settings), "attribute_not_exists(PK)")
        except ConditionFailed:
            raise Conflict("The company has Axema settings already. Change them with PUT.") from None

    def replace(self, before: AxemaSettings, after: AxemaSettings) -> None:
        """See SettingsStore. Every save has its own date, so the date tells whether there was another in between."""
        try:
            self._table.put(_to_item(after), "UpdatedDate = :seen", {":seen": format_date(before.updated_at)})
        except ConditionFailed:
            raise Conflict("The Axema settings were changed at this very moment. Read them and try again.") from None


def _to_item(settings: AxemaSettings) -> Item:
    return {
        **key(settings.company_id, SETTINGS),
        "IntegrationType": settings.integration,
        **_connection_members(settings.connection),
        "NameOrder": settings.name_order,
        "IsActive": settings.is_active,
        "Schedule": settings.schedule,
        "ScheduleTimezone": settings.timezone,
        "CreatedDate": format_date(settings.created_at),
        "UpdatedDate": format_date(settings.updated_at),
    }


def _connection_members(connection: Connection) -> Item:
    match connection:
        case LocalConnection(host, port, username):
            return {"ApiEndpoint": host, "ApiPort": port, "Username": username}
        case VakaOnlineConnection(device_id, client_id):
            return {"DeviceId": device_id, "ClientId": client_id}


def _from_item(company_id: str, item: Item) -> AxemaSettings:
    connection: Connection
    if item["IntegrationType"] == IntegrationType.LocalApi:
        connection = LocalConnection(item["ApiEndpoint"], item["ApiPort"], item["Username"])
    else:
        connection = VakaOnlineConnection(item["DeviceId"], item["ClientId"])
    return AxemaSettings(
        company_id=company_id,
        connection=connection,
        created_at=parse_date(item["CreatedDate"]),
        updated_at=parse_date(item["UpdatedDate"]),
        name_order=NameOrder(item["NameOrder"]),
        is_active=item["IsActive"],
        schedule=item.get("Schedule"),
        timezone=item["ScheduleTimezone"],
    )

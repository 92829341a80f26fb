"""The companies' Axema settings in UserSyncTable (`SETTINGS`), without their secrets."""

from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.keys import SETTINGS, key
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.usersync.people import NameOrder
from bokabridge.usersync.settings import AxemaSettings

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoSettings:
    """SettingsStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def get(self, company_id: str) -> AxemaSettings | None:
        """See SettingsStore."""
        item = self._table.get(key(company_id, SETTINGS))
        if item is None:
            return None
        return AxemaSettings(company_id, item["DeviceId"], NameOrder(item["NameOrder"]))

    def put(self, settings: AxemaSettings) -> None:
        """Stores a company's settings, replacing what was there."""
        item = {
            **key(settings.company_id, SETTINGS),
            "DeviceId": settings.device_id,
            "NameOrder": settings.name_order,
        }
        self._table.batch_put([item])

"""The companies' API keys in ApiKeysTable. PK is a key's SHA-256; the key itself is not stored.

`make api-key` writes the items, or an operator writes them by hand. A missing attribute restricts the key, except that
a key without `ExpiryDate` never expires and one without `AllowedIpAddresses` works from any address. An `ExpiryDate`
that is not a date is one that has passed.
"""

import builtins
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.batches import batch_put
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.queries import scan
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.outbound.deadline import within
from bokabridge.auth.api_key import ApiKey
from bokabridge.dates import format_date, parse_date
from bokabridge.logs import logger

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

MAX_RECORD_SECONDS = 0.25
"""A request waits at most this long for the record of its key's use, once an hour."""


class DynamoApiKeys:
    """ApiKeyStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, key_hash: str) -> ApiKey | None:
        """See ApiKeyStore."""
        item = self._table.find({"PK": key_hash})
        return _from_item(item) if item else None

    def put(self, key: ApiKey) -> None:
        """See ApiKeyStore."""
        item = {
            "PK": key.key_hash,
            "CompanyId": key.company_id,
            "Roles": " ".join(sorted(key.roles)),
            "Active": key.active,
            "ExpiryDate": format_date(key.expires_at) if key.expires_at else None,
            "AllowedIpAddresses": ", ".join(key.allowed) or None,
            "LastUsedAt": format_date(key.last_used_at) if key.last_used_at else None,
        }
        batch_put(self._table, [item])

    def list(self) -> builtins.list[ApiKey]:
        """See ApiKeyStore."""
        return [_from_item(item) for item in scan(self._table)]

    def revoke(self, key_hash: str) -> bool:
        """See ApiKeyStore."""
        try:
            self._table.update(Update.setting({"PK": key_hash}, {"Active": False}, condition="attribute_exists(PK)"))
        except ConditionFailed:
            return False
        return True


class DynamoKeyUses:
    """KeyUseStore on DynamoDB. Best effort: an attempt that takes too long goes on without its caller."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)
        self._turn = threading.Lock()

    def record(self, key_hash: str, hour: datetime) -> None:
        """See KeyUseStore. Skips the record while an earlier one is still under way."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            within(MAX_RECORD_SECONDS, lambda: self._write(key_hash, hour))
        except Exception as error:  # noqa: BLE001 (no trouble with a record may keep a caller out)
            logger().warning("use of an API key not recorded", reason=type(error).__name__)

    def _write(self, key_hash: str, hour: datetime) -> None:
        try:
            self._table.update(
                Update.setting(
                    {"PK": key_hash},
                    {"LastUsedAt": format_date(hour)},
                    condition="attribute_exists(PK) AND (attribute_not_exists(#LastUsedAt) OR #LastUsedAt < :hour)",
                    condition_values={":hour": format_date(hour)},
                )
            )
        except ConditionFailed:
            pass  # another function recorded this hour, or the key is gone
        finally:
            self._turn.release()


def _from_item(item: Item) -> ApiKey:
    addresses = item.get("AllowedIpAddresses", "").split(",")
    company_id = item.get("CompanyId", "")
    return ApiKey(
        key_hash=item["PK"],
        company_id=company_id,
        roles=frozenset(item.get("Roles", "").split()),
        active=item.get("Active") is True and company_id != "",
        expires_at=_date(item["ExpiryDate"]) if "ExpiryDate" in item else None,
        allowed=tuple(address.strip() for address in addresses if address.strip()),
        last_used_at=_date(item["LastUsedAt"]) if "LastUsedAt" in item else None,
    )


def _date(text: str) -> datetime:
    try:
        return parse_date(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)

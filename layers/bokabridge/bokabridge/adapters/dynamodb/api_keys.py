"""The companies' API keys in ApiKeysTable. PK is a key's SHA-256; the key itself is not stored.

`make api-key` writes the items, or an operator writes them by hand. A missing attribute restricts the key, except that
a key without `ExpiryDate` never expires and one without `AllowedIpAddresses` works from any address.
"""

from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.batches import batch_put
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.auth.api_key import ApiKey
from bokabridge.dates import format_date, parse_date

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoApiKeys:
    """ApiKeyStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, key_hash: str) -> ApiKey | None:
        """See ApiKeyStore."""
        item = self._table.find({"PK": key_hash})
        if item is None:
            return None
        addresses = item.get("AllowedIpAddresses", "").split(",")
        return ApiKey(
            key_hash=key_hash,
            company_id=item["CompanyId"],
            roles=frozenset(item.get("Roles", "").split()),
            active=item.get("Active") is True,
            expires_at=parse_date(item["ExpiryDate"]) if "ExpiryDate" in item else None,
            allowed=tuple(address.strip() for address in addresses if address.strip()),
        )

    def put(self, key: ApiKey) -> None:
        """See ApiKeyStore."""
        item = {
            "PK": key.key_hash,
            "CompanyId": key.company_id,
            "Roles": " ".join(sorted(key.roles)),
            "Active": key.active,
            "ExpiryDate": format_date(key.expires_at) if key.expires_at else None,
            "AllowedIpAddresses": ", ".join(key.allowed) or None,
        }
        batch_put(self._table, [item])

"""What every ApiKeyStore does."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.adapters.dynamodb.items import encode
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.principal import READ, WRITE
from tests.contract.conftest import API_KEYS_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
GUID = "0d4f6a3c-9d6e-4a54-8a3b-2f0c7d3b5e11"

Store = InMemoryApiKeys | DynamoApiKeys


@pytest.fixture(params=["in memory", "on DynamoDB"])
def store(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Store:
    return InMemoryApiKeys() if request.param == "in memory" else DynamoApiKeys(dynamodb, API_KEYS_TABLE)


@pytest.mark.parametrize(
    "key",
    [
        ApiKey(hash_of(GUID), COMPANY, frozenset({WRITE})),
        ApiKey(hash_of(GUID), COMPANY, frozenset(), active=False),
        ApiKey(
            hash_of(GUID),
            COMPANY,
            frozenset({READ, WRITE}),
            expires_at=datetime(2027, 1, 1, tzinfo=UTC),
            allowed=("192.0.2.1", "203.0.113.0/24"),
        ),
    ],
)
def test_a_key_reads_back_as_it_was_stored(store: Store, key: ApiKey) -> None:
    store.put(key)
    assert store.find(key.key_hash) == key


def test_an_unknown_hash_finds_nothing(store: Store) -> None:
    assert store.find(hash_of(GUID)) is None


def test_a_key_stored_again_replaces_the_first(store: Store) -> None:
    store.put(ApiKey(hash_of(GUID), COMPANY, frozenset({WRITE}), allowed=("192.0.2.1",)))
    taken_back = ApiKey(hash_of(GUID), COMPANY, frozenset({WRITE}), active=False)
    store.put(taken_back)
    assert store.find(hash_of(GUID)) == taken_back


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({}, ApiKey("hash", COMPANY, frozenset(), active=False)),
        ({"Active": "true"}, ApiKey("hash", COMPANY, frozenset(), active=False)),
        (
            {"Roles": f" {READ}  {WRITE}", "Active": True, "AllowedIpAddresses": " 192.0.2.1 ,,198.51.100.7,"},
            ApiKey("hash", COMPANY, frozenset({READ, WRITE}), allowed=("192.0.2.1", "198.51.100.7")),
        ),
        (
            {"Active": True, "ExpiryDate": "2027-01-01"},
            ApiKey("hash", COMPANY, frozenset(), expires_at=datetime(2027, 1, 1, tzinfo=UTC)),
        ),
    ],
)
def test_an_item_written_by_hand_is_understood(
    dynamodb: "DynamoDBClient", written: dict[str, Any], read: ApiKey
) -> None:
    dynamodb.put_item(TableName=API_KEYS_TABLE, Item=encode({"PK": "hash", "CompanyId": COMPANY, **written}))
    assert DynamoApiKeys(dynamodb, API_KEYS_TABLE).find("hash") == read


def test_the_key_itself_is_nowhere_in_the_table(dynamodb: "DynamoDBClient") -> None:
    DynamoApiKeys(dynamodb, API_KEYS_TABLE).put(ApiKey(hash_of(GUID), COMPANY, frozenset({WRITE})))
    assert GUID not in str(dynamodb.scan(TableName=API_KEYS_TABLE)["Items"])

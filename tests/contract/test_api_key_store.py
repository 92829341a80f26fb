"""The contract of ApiKeyStore, for the in-memory store and the one on DynamoDB."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys, DynamoKeyUses
from bokabridge.adapters.dynamodb.items import encode
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.ports import ApiKeyStore, KeyUseStore
from bokabridge.auth.principal import READ, WRITE
from tests.data import API_KEY, COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import API_KEYS_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

HASH = hash_of(API_KEY)


@pytest.fixture
def uses(store: ApiKeyStore, dynamodb: "DynamoDBClient") -> KeyUseStore:
    return store if isinstance(store, InMemoryApiKeys) else DynamoKeyUses(dynamodb, API_KEYS_TABLE)


@pytest.fixture(params=["in memory", "on DynamoDB"])
def store(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> ApiKeyStore:
    return InMemoryApiKeys() if request.param == "in memory" else DynamoApiKeys(dynamodb, API_KEYS_TABLE)


@pytest.mark.parametrize(
    "key",
    [
        ApiKey(HASH, COMPANY_ID, frozenset({WRITE})),
        ApiKey(HASH, COMPANY_ID, frozenset(), active=False),
        ApiKey(
            HASH,
            COMPANY_ID,
            frozenset({READ, WRITE}),
            expires_at=datetime(2027, 1, 1, tzinfo=UTC),
            allowed=("192.0.2.1", "203.0.113.0/24"),
            last_used_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
        ),
    ],
)
def test_a_key_reads_back_as_it_was_stored(store: ApiKeyStore, key: ApiKey) -> None:
    store.put(key)
    assert store.find(key.key_hash) == key


def test_an_unknown_hash_finds_no_key(store: ApiKeyStore) -> None:
    assert store.find(HASH) is None


def test_a_stored_key_replaces_the_one_with_the_same_hash(store: ApiKeyStore) -> None:
    store.put(ApiKey(HASH, COMPANY_ID, frozenset({WRITE}), allowed=("192.0.2.1",)))
    revoked = ApiKey(HASH, COMPANY_ID, frozenset({WRITE}), active=False)
    store.put(revoked)
    assert store.find(HASH) == revoked


def test_all_keys_of_all_companies_are_listed(store: ApiKeyStore) -> None:
    keys = [
        ApiKey(f"{number:064}", COMPANY_ID if number % 2 else OTHER_COMPANY_ID, frozenset()) for number in range(60)
    ]
    for key in keys:
        store.put(key)
    assert sorted(store.list(), key=lambda key: key.key_hash) == keys


def test_a_revoked_key_keeps_everything_else(store: ApiKeyStore) -> None:
    key = ApiKey(HASH, COMPANY_ID, frozenset({WRITE}), allowed=("192.0.2.1",))
    store.put(key)
    assert store.revoke(HASH)
    assert store.revoke(HASH)
    assert store.find(HASH) == replace(key, active=False)


def test_a_key_that_is_not_there_cannot_be_revoked_and_does_not_come_into_being(store: ApiKeyStore) -> None:
    assert not store.revoke(HASH)
    assert store.list() == []


def hour(number: int) -> datetime:
    return datetime(2026, 11, 21, number, tzinfo=UTC)


def test_a_use_is_recorded_unless_a_later_one_is(store: ApiKeyStore, uses: KeyUseStore) -> None:
    key = ApiKey(HASH, COMPANY_ID, frozenset({WRITE}))
    store.put(key)
    for used, stored in ((9, 9), (9, 9), (8, 9), (10, 10)):
        uses.record(HASH, hour(used))
        assert store.find(HASH) == replace(key, last_used_at=hour(stored))


def test_the_use_of_a_deleted_key_does_not_bring_it_back(store: ApiKeyStore, uses: KeyUseStore) -> None:
    uses.record(HASH, hour(9))
    assert store.find(HASH) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({}, ApiKey("hash", COMPANY_ID, frozenset(), active=False)),
        ({"Active": "true"}, ApiKey("hash", COMPANY_ID, frozenset(), active=False)),
        (
            {"Roles": f" {READ}  {WRITE}", "Active": True, "AllowedIpAddresses": " 192.0.2.1 ,,198.51.100.7,"},
            ApiKey("hash", COMPANY_ID, frozenset({READ, WRITE}), allowed=("192.0.2.1", "198.51.100.7")),
        ),
        (
            {"Active": True, "ExpiryDate": "31/12/2027"},
            ApiKey("hash", COMPANY_ID, frozenset(), expires_at=datetime.min.replace(tzinfo=UTC)),
        ),
        ({"Active": True, "CompanyId": ""}, ApiKey("hash", "", frozenset(), active=False)),
        (
            {"Active": True, "ExpiryDate": "2027-01-01"},
            ApiKey("hash", COMPANY_ID, frozenset(), expires_at=datetime(2027, 1, 1, tzinfo=UTC)),
        ),
    ],
)
def test_an_item_that_an_operator_wrote_by_hand_is_understood(
    dynamodb: "DynamoDBClient", written: dict[str, Any], read: ApiKey
) -> None:
    dynamodb.put_item(TableName=API_KEYS_TABLE, Item=encode({"PK": "hash", "CompanyId": COMPANY_ID, **written}))
    assert DynamoApiKeys(dynamodb, API_KEYS_TABLE).find("hash") == read


def test_the_table_does_not_contain_the_key_itself(dynamodb: "DynamoDBClient") -> None:
    DynamoApiKeys(dynamodb, API_KEYS_TABLE).put(ApiKey(HASH, COMPANY_ID, frozenset({WRITE})))
    assert API_KEY not in str(dynamodb.scan(TableName=API_KEYS_TABLE)["Items"])

"""The contract of SecretStore: in memory, in Secrets Manager, in Parameter Store, and in both of these."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.aws.parameters import AxemaParameters
from bokabridge.adapters.aws.secrets import AxemaSecrets
from bokabridge.errors import FatalError
from bokabridge.ids import uuid7
from bokabridge.settings.both_stores import BothStores
from bokabridge.settings.fakes import InMemorySecrets
from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSecret, AxemaSettings, StoredSecret
from bokabridge.settings.ports import SecretStore
from tests.axema import settings_of
from tests.dynamodb import aws_client
from tests.unit.settings.invented import ALL, Invented

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
HOST = LocalEndpoint("vaka.example.com", 443, "bridge")
NOW = settings_of(COMPANY).created_at + timedelta(hours=1)
OLD, NEW = AxemaSecret({"password": "old"}), AxemaSecret({"password": "new"})


def version_of(connection: Connection, company: str = COMPANY) -> AxemaSettings:
    """Settings with a version of secrets of their own."""
    settings = settings_of(company)
    return replace(settings, connection=connection, secret_version=uuid7(settings.created_at))


def unversioned(connection: Connection) -> AxemaSettings:
    """Settings as release 0.2.0 stored them."""
    return replace(settings_of(COMPANY), connection=connection)


def secrets_in_memory() -> SecretStore:
    return InMemorySecrets()


def secrets_in_secrets_manager() -> AxemaSecrets:
    return AxemaSecrets(aws_client("secretsmanager"), "prefix/", ALL)


def secrets_in_parameter_store() -> AxemaParameters:
    return AxemaParameters(aws_client("ssm"), "prefix/", ALL, clock=lambda: NOW)


def secrets_in_both() -> BothStores:
    return BothStores(secrets_in_secrets_manager(), secrets_in_parameter_store())


@pytest.fixture(params=[secrets_in_memory, secrets_in_secrets_manager, secrets_in_parameter_store, secrets_in_both])
def secrets(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> SecretStore:
    make: Callable[[], SecretStore] = request.param
    return make()


def store_unversioned(secrets: SecretStore, secret: AxemaSecret) -> None:
    """Stores a secret as release 0.2.0 did."""
    if isinstance(secrets, InMemorySecrets):
        secrets.stored[COMPANY] = [StoredSecret(secret)]
    else:
        text = json.dumps({"Password": secret.get("password")})
        aws_client("secretsmanager").create_secret(Name=f"prefix/{COMPANY}", SecretString=text)


def saved(secrets: SecretStore, settings: AxemaSettings, secret: AxemaSecret) -> AxemaSettings:
    secrets.stage(None, settings, secret)
    secrets.promote(settings)
    return settings


@pytest.mark.parametrize(
    ("connection", "members"),
    [
        (HOST, {"password": "å:b c"}),
        (VakaOnline("device", "client"), {"client_secret": " secret", "api_key": "key"}),
        (Invented("device", 2), {"pin_code": "1234"}),
    ],
)
def test_secrets_read_back_as_they_were_stored(
    secrets: SecretStore, connection: Connection, members: dict[str, str]
) -> None:
    settings = version_of(connection)
    assert secrets.find(settings) is None
    with pytest.raises(FatalError, match="Axema credentials"):
        secrets.get(settings)
    for save in (partial(secrets.stage, None, settings, AxemaSecret(members)), partial(secrets.promote, settings)):
        save()
        assert secrets.get(settings) == secrets.get(settings, fresh=True) == secrets.find(settings)
        assert secrets.get(settings) == AxemaSecret(members)
    assert secrets.find(version_of(connection, OTHER)) is None


def test_staged_version_leaves_the_one_in_use_as_it_is(secrets: SecretStore) -> None:
    before = saved(secrets, version_of(HOST), OLD)
    first, second = version_of(HOST), version_of(replace(HOST, api_endpoint="other.example.com"))
    secrets.stage(before, first, NEW)
    secrets.stage(before, second, AxemaSecret({"password": "of another request"}))
    assert secrets.get(before, fresh=True) == OLD
    assert secrets.get(first) == NEW
    secrets.promote(first)
    assert (secrets.find(before), secrets.find(first)) == (OLD, NEW)
    assert secrets.find(second) == AxemaSecret({"password": "of another request"})


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(HOST, api_endpoint="evil.example.com"),
        replace(HOST, api_port=8443),
        replace(HOST, username="thief"),
        VakaOnline("device", "client"),
    ],
)
@pytest.mark.parametrize("is_named", [True, False], ids=["the same version", "another version"])
def test_secret_is_not_given_to_another_connection(secrets: SecretStore, elsewhere: Connection, is_named: bool) -> None:
    settings = saved(secrets, version_of(HOST), OLD)
    assert secrets.get(settings) == OLD  # remembered from now on
    thief = replace(settings, connection=elsewhere)
    if not is_named:
        thief = replace(thief, secret_version=version_of(elsewhere).secret_version)
    for settings_of_thief in (thief, replace(thief, secret_version=None)):
        assert secrets.find(settings_of_thief) is None
        for fresh in (False, True):
            with pytest.raises(FatalError, match="Axema credentials"):
                secrets.get(settings_of_thief, fresh=fresh)


def test_secret_is_not_given_to_another_version_of_the_same_connection(secrets: SecretStore) -> None:
    saved(secrets, version_of(HOST), OLD)
    assert secrets.find(version_of(HOST)) is None


@pytest.mark.parametrize("secrets", [secrets_in_memory, secrets_in_secrets_manager, secrets_in_both], indirect=True)
def test_unversioned_secret_serves_unversioned_settings_only(secrets: SecretStore) -> None:
    store_unversioned(secrets, OLD)
    assert secrets.get(unversioned(HOST)) == OLD
    assert secrets.find(version_of(HOST)) is None
    bound = saved(secrets, version_of(HOST), NEW)
    assert secrets.get(bound) == NEW
    assert secrets.find(unversioned(HOST)) == NEW, "release 0.2.0 has saved the settings again, after a rollback"


def test_removed_secrets_are_gone_and_can_be_saved_again(secrets: SecretStore) -> None:
    secrets.remove(COMPANY)
    before = saved(secrets, version_of(HOST), OLD)
    for _ in range(2):
        secrets.remove(COMPANY)
        assert secrets.find(before) is None


def test_remembered_secret_is_returned_unless_a_fresh_one_is_requested(dynamodb: "DynamoDBClient") -> None:
    warm, client = secrets_in_secrets_manager(), aws_client("secretsmanager")
    settings = saved(warm, version_of(HOST), OLD)
    assert warm.get(settings) == OLD
    stored = json.loads(client.get_secret_value(SecretId=f"prefix/{COMPANY}")["SecretString"])
    client.put_secret_value(SecretId=f"prefix/{COMPANY}", SecretString=json.dumps({**stored, "Password": "new"}))
    assert warm.get(settings) == OLD
    assert warm.get(settings, fresh=True) == NEW
    assert warm.get(settings) == NEW


@pytest.mark.parametrize("stored", ["no json", "[]", "7", '{"ApiKey": "a\\nb"}', '{"ApiKey": "å"}'])
def test_secret_that_a_request_could_not_have_given_is_refused(dynamodb: "DynamoDBClient", stored: str) -> None:
    aws_client("secretsmanager").create_secret(Name=f"prefix/{COMPANY}", SecretString=stored)
    with pytest.raises(FatalError, match="Save the Axema settings again"):
        secrets_in_secrets_manager().get(unversioned(HOST))
    assert secrets_in_secrets_manager().find(unversioned(HOST)) is None


@pytest.mark.parametrize("stored", ["no json", "[]", '{"Password": "by hand"}'])
def test_secret_that_somebody_replaced_by_hand_does_not_hide_the_version_in_use(
    dynamodb: "DynamoDBClient", stored: str
) -> None:
    store, client = secrets_in_secrets_manager(), aws_client("secretsmanager")
    saved(store, version_of(HOST), OLD)
    settings = saved(store, version_of(HOST), NEW)
    client.put_secret_value(SecretId=f"prefix/{COMPANY}", SecretString=stored)
    assert store.find(settings) == NEW
    after = saved(store, version_of(HOST), OLD)
    assert store.find(after) == OLD


def test_secrets_are_stored_as_json_by_their_names_on_the_wire(dynamodb: "DynamoDBClient") -> None:
    settings = version_of(VakaOnline("device", "client"))
    secrets_in_secrets_manager().stage(None, settings, AxemaSecret({"client_secret": "secret", "api_key": "key"}))
    stored = aws_client("secretsmanager").get_secret_value(SecretId=f"prefix/{COMPANY}")["SecretString"]
    assert json.loads(stored) == {
        "Version": settings.secret_version,
        "BoundTo": {"IntegrationType": 2, "DeviceId": "device", "ClientId": "client"},
        "ClientSecret": "secret",
        "ApiKey": "key",
    }

"""A machine without credentials for AWS, and one that may use a deployed stack."""

import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from tests.data import COMPANY_ID
from tests.dynamodb import API_KEYS_TABLE, USER_SYNC_TABLE, create_table
from tests.servers import serving
from tests.unit.admin.stack import TABLES, cloudformation
from tests.wired import clear_caches


@pytest.fixture
def signed_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """A machine without credentials for AWS."""
    clear_caches()
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    boto3.DEFAULT_SESSION = None
    yield monkeypatch
    clear_caches()
    boto3.DEFAULT_SESSION = None


@pytest.fixture
def account(signed_out: pytest.MonkeyPatch) -> Iterator[DynamoApiKeys]:
    """An AWS account with the stack, which knows one company; gives the stack's keys."""
    signed_out.setenv("AWS_ACCESS_KEY_ID", "test")
    signed_out.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with serving(cloudformation) as url, mock_aws():
        signed_out.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", url)
        client = boto3.client("dynamodb")
        for table in TABLES.values():
            create_table(client, table, table)
        client.put_item(TableName=USER_SYNC_TABLE, Item={"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": "SETTINGS"}})
        yield DynamoApiKeys(client, API_KEYS_TABLE)

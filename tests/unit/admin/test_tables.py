"""`bokabridge tables`: a table's earlier state in a new table, and lost items put back from there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import API_KEYS_TABLE, CUSTOMERS_TABLE, USER_SYNC_TABLE, aws_client
from tests.unit.admin.conftest import Operator

OLD = "old"


def item(sort_key: str, company: str = COMPANY_ID, **members: Any) -> dict[str, Any]:
    return {"PK": {"S": f"COMPANY#{company}"}, "SK": {"S": sort_key}, **members}


def copy_of(table: str, *items: dict[str, Any]) -> None:
    """A restored table, which has the same key as this one."""
    client = aws_client("dynamodb")
    described = client.describe_table(TableName=table)["Table"]
    names = [each["AttributeName"] for each in described["KeySchema"]]
    client.create_table(
        TableName=OLD,
        KeySchema=described["KeySchema"],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        BillingMode="PAY_PER_REQUEST",
    )
    for each in items:
        client.put_item(TableName=OLD, Item=each)


def items_of(table: str) -> list[dict[str, Any]]:
    return sorted(aws_client("dynamodb").scan(TableName=table)["Items"], key=str)


def put_back(operator: Operator, table: str, *options: str) -> dict[str, Any]:
    shown: dict[str, Any] = operator.run("tables", "put-back", OLD, table, *options, "--json").json
    return shown


def test_items_are_counted_first_and_put_back_with_apply(operator: Operator) -> None:
    settings, link = item("SETTINGS", Old={"BOOL": True}), item("LINK#1", OTHER_COMPANY_ID, Number={"N": "1.50"})
    before = items_of(USER_SYNC_TABLE)
    copy_of(USER_SYNC_TABLE, settings, link)
    counted = {"Present": 1, "Missing": 1, "PutBack": 0, "Companies": [OTHER_COMPANY_ID]}
    assert put_back(operator, "UserSyncTable") == counted
    assert items_of(USER_SYNC_TABLE) == before
    assert put_back(operator, "UserSyncTable", "--apply") == {**counted, "PutBack": 1}
    assert items_of(USER_SYNC_TABLE) == sorted([*before, link], key=str)
    assert put_back(operator, "UserSyncTable", "--apply")["Missing"] == 0


def test_items_of_one_sync_and_expired_items_are_left_out(operator: Operator) -> None:
    past = str(int((datetime.now(UTC) - timedelta(days=1)).timestamp()))
    future = str(int((datetime.now(UTC) + timedelta(days=1)).timestamp()))
    kept = item("JOB#2", ExpiresAt={"N": future})
    gone = [item("JOB#1", ExpiresAt={"N": past}), item("ROSTER#0#1"), item("UNDECIDED#1"), item("TRIALS")]
    copy_of(USER_SYNC_TABLE, kept, *gone)
    assert put_back(operator, "UserSyncTable", "--apply")["PutBack"] == 1
    assert kept in items_of(USER_SYNC_TABLE)


def test_tables_of_one_key_have_no_companies(operator: Operator) -> None:
    copy_of(API_KEYS_TABLE, *({"PK": {"S": f"hash-{number}"}} for number in range(150)))
    assert put_back(operator, "ApiKeysTable", "--apply") == {
        "Present": 0,
        "Missing": 150,
        "PutBack": 150,
        "Companies": [],
    }
    assert len(items_of(API_KEYS_TABLE)) == 150


def test_company_whose_customers_came_back_compares_everybody_at_its_next_sync(operator: Operator) -> None:
    copy_of(CUSTOMERS_TABLE, item("CUSTOMER#1"))
    put_back(operator, "CustomersTable")
    assert [each for each in items_of(USER_SYNC_TABLE) if each["SK"]["S"] == "LOCK"] == []
    put_back(operator, "CustomersTable", "--apply")
    (lock,) = [each for each in items_of(USER_SYNC_TABLE) if each["SK"]["S"] == "LOCK"]
    assert lock["Removals"] == {"N": "1"}


def test_missing_restored_table_is_a_sentence(operator: Operator) -> None:
    refused = operator.run("tables", "put-back", "nowhere", "UsageTable")
    assert (refused.code, refused.err) == (4, "There is no table nowhere.\n")


def test_restored_table_is_named_after_its_table_and_time(operator: Operator) -> None:
    aws_client("dynamodb").update_continuous_backups(
        TableName=USER_SYNC_TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    at = datetime.now(UTC) - timedelta(minutes=10)
    restored = f"{USER_SYNC_TABLE}-restored-{at:%Y%m%dT%H%M%S}"
    begun = operator.run("tables", "restore", "UserSyncTable", "--at", f"{at:%Y-%m-%dT%H:%M:%SZ}")
    assert (begun.code, begun.out.split()) == (0, ["RestoredTable", restored])
    assert restored in aws_client("dynamodb").list_tables()["TableNames"]
    again = operator.run("tables", "restore", "UserSyncTable", "--at", f"{at:%Y-%m-%dT%H:%M:%SZ}")
    assert (again.code, again.err) == (
        1,
        f"{restored} exists already. Put its items back, or delete it first.\n",
    )


@pytest.mark.parametrize("at", ["yesterday", "2999-01-01T00:00:00Z"])
def test_time_that_is_no_time_of_the_past_is_refused(operator: Operator, at: str) -> None:
    assert operator.run("tables", "restore", "UsageTable", "--at", at).code == 2

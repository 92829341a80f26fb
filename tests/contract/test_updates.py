"""What an update built by `Update.setting` does to an item in DynamoDB."""

from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEY = {"PK": "a", "SK": "b"}


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Table:
    return Table(dynamodb, USER_SYNC_TABLE)


def test_an_update_sets_removes_adds_and_keeps(table: Table) -> None:
    first = Update.setting(KEY, {"Name": "Anna", "Phone": "1"}, if_absent={"Created": 1}, adding={"Fence": 1})
    second = Update.setting(KEY, {"Name": "Berit", "Phone": None}, if_absent={"Created": 2}, adding={"Fence": 1})
    assert table.update(first) == {**KEY, "Name": "Anna", "Phone": "1", "Created": 1, "Fence": 1}
    assert table.update(second) == {**KEY, "Name": "Berit", "Created": 1, "Fence": 2}


def test_attributes_that_the_members_do_not_name_stay(table: Table) -> None:
    table.update(Update.setting(KEY, {"Note": "kept"}))
    assert table.update(Update.setting(KEY, {"Name": "Anna"})) == {**KEY, "Note": "kept", "Name": "Anna"}


def test_reserved_words_are_names_like_any_other(table: Table) -> None:
    members = {"Status": 1, "Count": 2, "Order": {"Size": 3}}
    assert table.update(Update.setting(KEY, members)) == {**KEY, **members}
    assert (
        table.update(
            Update.setting(
                KEY, dict.fromkeys(members), condition="#Status = :one AND #Count > :one", condition_values={":one": 1}
            )
        )
        == KEY
    )


def test_an_update_whose_condition_does_not_hold_writes_nothing(table: Table) -> None:
    table.update(Update.setting(KEY, {"Status": 2}))
    late = Update.setting(KEY, {"Status": 1}, condition="#Status < :most", condition_values={":most": 2})
    with pytest.raises(ConditionFailed):
        table.update(late)
    assert table.update(Update.setting(KEY, {"Status": 2})) == {**KEY, "Status": 2}

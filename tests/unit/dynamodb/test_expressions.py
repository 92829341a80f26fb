"""The update expressions that `Update.setting` builds."""

from bokabridge.adapters.dynamodb.expressions import Update

KEY = {"PK": "a", "SK": "b"}


def test_members_with_a_value_are_set_and_members_that_are_none_are_removed() -> None:
    update = Update.setting(KEY, {"Email": "anna@example.com", "Phone": None, "Active": False})
    assert update.expression == "SET #Email = :new_Email, #Active = :new_Active REMOVE #Phone"
    assert update.values == {":new_Email": "anna@example.com", ":new_Active": False}
    assert update.names == {"#Email": "Email", "#Active": "Active", "#Phone": "Phone"}


def test_an_attribute_that_is_set_only_if_absent_keeps_the_value_it_has() -> None:
    update = Update.setting(KEY, {}, if_absent={"Created": "2027"})
    assert update.expression == "SET #Created = if_not_exists(#Created, :new_Created)"


def test_an_amount_is_added_in_the_same_update() -> None:
    update = Update.setting(KEY, {"JobId": "j"}, adding={"Fence": 1})
    assert update.expression == "SET #JobId = :new_JobId ADD #Fence :new_Fence"
    assert update.values == {":new_JobId": "j", ":new_Fence": 1}


def test_a_condition_brings_its_own_names_and_values() -> None:
    update = Update.setting(
        KEY, {"Status": 2}, condition="#Status <= :most AND #Fence = :fence", condition_values={":most": 1, ":fence": 7}
    )
    assert update.condition == "#Status <= :most AND #Fence = :fence"
    assert update.names == {"#Status": "Status", "#Fence": "Fence"}
    assert update.values == {":new_Status": 2, ":most": 1, ":fence": 7}


def test_an_update_that_only_removes_has_no_values_in_its_request() -> None:
    request = Update.setting(KEY, {"JobId": None, "HasBegun": None}).request("t")
    assert request == {
        "TableName": "t",
        "Key": {"PK": {"S": "a"}, "SK": {"S": "b"}},
        "UpdateExpression": "REMOVE #JobId, #HasBegun",
        "ExpressionAttributeNames": {"#JobId": "JobId", "#HasBegun": "HasBegun"},
    }

"""docs/runbook.md: faults of keys, functions, queues and tables, put into the local stack, and the page's commands."""

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from admin.keys import new_api_key
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.auth.api_key import hash_of
from bokabridge.dates import format_date
from local.stack.stack import LocalStack
from tests.e2e.client import COMPLETED, FAILED, Bridge
from tests.e2e.observed import physical_id
from tests.e2e.runbook.on_call import OnCall
from tests.e2e.settings import SETTINGS
from tests.e2e.waiting import wait_for
from tests.runbook import sections


def item_key(company_id: str, sort_key: str) -> dict[str, Any]:
    return {"PK": {"S": f"COMPANY#{company_id}"}, "SK": {"S": sort_key}}


@contextmanager
def variables(stack: LocalStack, function: str, **changed: str) -> Iterator[None]:
    """The function, called by its name, with other environment variables."""
    functions, name = stack.deployment.client("lambda"), physical_id(stack, function)
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **changed}})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})


@contextmanager
def bad_version(stack: LocalStack, function: str, **changed: str) -> Iterator[None]:
    """A version of an API's function that gets all calls and has wrong variables, until the old one is back."""
    functions, name = stack.deployment.client("lambda"), physical_id(stack, function)
    good = functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    with variables(stack, function, **changed):
        bad = functions.publish_version(FunctionName=name)["Version"]
    assert bad != good
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=bad)
    try:
        yield
    finally:
        functions.update_alias(FunctionName=name, Name="live", FunctionVersion=good)


def test_key_leaked_is_revoked_and_replaced(engineer: OnCall) -> None:
    bridge, deployment = engineer.bridge, engineer.bridge.stack.deployment
    company_id = bridge.new_company(1)
    leaked = new_api_key(
        DynamoApiKeys(deployment.client("dynamodb"), deployment.outputs["ApiKeysTableName"]), company_id, "write"
    )
    assert bridge.call_with({"x-api-key": leaked}, "GET", "/customers").status == 200
    key_id = hash_of(leaked)[:16]
    engineer.knows(COMPANY=company_id, KEY=key_id)
    assert f"api-key-{key_id}" in engineer.look("Key leaked")
    new = engineer.do("Key leaked").split()[-1]
    assert bridge.call_with({"x-api-key": str(uuid.UUID(new))}, "GET", "/customers").status == 200
    wait_for(lambda: bridge.call_with({"x-api-key": leaked}, "GET", "/customers").status == 401, 90)


def test_500_for_everybody_after_a_bad_deployment_which_is_rolled_back(engineer: OnCall) -> None:
    """tests/e2e/test_deploy_doc.py runs the commands that roll back. Here the old version is put back by hand."""
    bridge = engineer.bridge
    with ExitStack() as bad:
        for function in ("UserSyncApiFunction", "VossApiFunction"):
            bad.enter_context(bad_version(bridge.stack, function, USAGE_TABLE="", USER_SYNC_TABLE=""))
        for path in ("/customers", "/voss/usage"):
            assert bridge.call("GET", path).status == 500
        engineer.look("500 for everybody")
        assert "operation failed" in engineer.look("Bad deployment")
        assert engineer.do("500 for everybody") + engineer.do("Bad deployment") == ""
    for path in ("/customers", "/voss/usage"):
        assert bridge.call("GET", path).status == 200


def test_function_fails_until_its_table_is_there_again(engineer: OnCall) -> None:
    bridge = engineer.bridge
    company_id = bridge.new_company(3)
    with variables(bridge.stack, "UserSyncPageFunction", CUSTOMERS_TABLE="gone"):
        assert bridge.sync(company_id)["Status"] == FAILED
        engineer.knows(COMPANY=company_id)
        assert company_id in engineer.look("Function fails")
    engineer.do("Function fails")
    assert bridge.call("GET", "/customers", CompanyId=company_id).json()["Total"] == 3


def test_throttled_account_shows_its_limit_and_its_use(engineer: OnCall) -> None:
    """The emulator throttles nothing, and has no Service Quotas: tests/unit/test_runbook.py checks that command."""
    now = datetime.now(UTC)
    engineer.knows(FROM=(now - timedelta(hours=1)).isoformat(), TO=now.isoformat())
    engineer.look("Throttled")


def test_dead_letters_of_every_queue_are_delivered_again(engineer: OnCall) -> None:
    bridge, deployment = engineer.bridge, engineer.bridge.stack.deployment
    company_id = bridge.new_company(3)
    job_id = bridge.sync(company_id)["Id"]
    put_letters(bridge, company_id, job_id)
    assert company_id in engineer.look("Dead letters")
    assert engineer.do("Dead letters").count("done") == 6
    newest = bridge.call("GET", "/codelock/axema/usersync", CompanyId=company_id, Take=1).json()["Results"][0]
    assert newest["Id"] != job_id
    assert bridge.finished(company_id, newest["Id"])["Status"] == COMPLETED
    table = deployment.outputs["UserSyncTableName"]
    lock = deployment.client("dynamodb").get_item(TableName=table, Key=item_key(company_id, "LOCK"))["Item"]
    assert int(lock["Removals"]["N"]) == 1


def batch(bridge: Bridge, table: str) -> dict[str, Any]:
    """What AWS says about records of a table's stream that have just arrived."""
    stream = f"arn:aws:dynamodb:eu-north-1:000000000000:table/{bridge.stack.deployment.outputs[table]}/stream/1"
    now = format_date(datetime.now(UTC))
    times = {"approximateArrivalOfFirstRecord": now, "approximateArrivalOfLastRecord": now}
    return {"shardId": "shardId-0", "startSequenceNumber": "1", "batchSize": 1, "streamArn": stream, **times}


def put_letters(bridge: Bridge, company_id: str, job_id: str) -> None:
    """One letter in each queue, as AWS writes it."""
    stack = bridge.stack

    def arn(function: str) -> str:
        return f"arn:aws:lambda:eu-north-1:000000000000:function:{physical_id(stack, function)}"

    def record(function: str, **content: Any) -> str:
        context = {"functionArn": f"{arn(function)}:$LATEST", "condition": "RetriesExhausted"}
        return json.dumps({"version": "1.0", "requestContext": context, **content})

    letters = {
        "UserSyncScheduleDeadLetters": (json.dumps({"CompanyId": company_id}), arn("UserSyncScheduleFunction")),
        "UserSyncCloseDeadLetters": (
            record("UserSyncCloseFunction", requestPayload={"CompanyId": company_id, "JobId": job_id}),
            None,
        ),
        "CustomersRemovedDeadLetters": (
            record("CustomersRemovedFunction", DDBStreamBatchInfo=batch(bridge, "CustomersTableName")),
            None,
        ),
        "UserSyncNotifyDeadLetters": (
            record("UserSyncNotifyFunction", DDBStreamBatchInfo=batch(bridge, "UserSyncTableName")),
            None,
        ),
        "WebhookDeadLetters": (json.dumps({"Event": "SyncFailed", "CompanyId": company_id, "JobId": job_id}), None),
        "VossReconcileDeadLetters": (json.dumps({"source": "aws.events"}), arn("VossReconcileFunction")),
    }
    for queue, (body, target) in letters.items():
        attributes = {"TARGET_ARN": target, "ERROR_CODE": "THROTTLING"} if target else {}
        stack.deployment.client("sqs").send_message(
            QueueUrl=stack.deployment.outputs[f"{queue}Url"],
            MessageBody=body,
            MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()},
        )


def test_table_to_restore_gets_its_lost_item_back(engineer: OnCall) -> None:
    """The emulator restores a table as it is now, whatever the time, so the item is lost after that."""
    bridge, deployment = engineer.bridge, engineer.bridge.stack.deployment
    company_id = bridge.new_company(1)
    engineer.knows(COMPANY=company_id, TIME=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
    restore, put_back = sections()["Table to restore"].blocks("Do.")
    engineer.run(restore)
    table, key = deployment.outputs["UserSyncTableName"], item_key(company_id, "SETTINGS")
    deployment.client("dynamodb").delete_item(TableName=table, Key=key)
    engineer.look("Table to restore")
    engineer.run(put_back)
    assert bridge.call("GET", SETTINGS, CompanyId=company_id).status == 200

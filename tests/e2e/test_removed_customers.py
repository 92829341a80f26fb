"""A customer who was removed in the booking system is created again by the next sync."""

import time

from local.stack.stack import LocalStack
from tests.e2e.client import COMPLETED, JOBS, Bridge


def removals(stack: LocalStack, company_id: str) -> int:
    """How many removed customers the company's lock has counted."""
    table = stack.deployment.outputs["UserSyncTableName"]
    lock = {"PK": {"S": f"COMPANY#{company_id}"}, "SK": {"S": "LOCK"}}
    item = stack.deployment.client("dynamodb").get_item(TableName=table, Key=lock, ConsistentRead=True)["Item"]
    return int(item.get("Removals", {"N": "0"})["N"])


def test_removed_customer_is_created_again_and_the_others_are_unchanged(bridge: Bridge) -> None:
    company = bridge.new_company(users=3)
    assert bridge.sync(company)["UsersCreated"] == 3
    customers = bridge.call("GET", "/customers", CompanyId=company).json()["Results"]
    table = bridge.stack.deployment.outputs["CustomersTableName"]
    gone = {"PK": {"S": f"COMPANY#{company}"}, "SK": {"S": f"CUSTOMER#{customers[1]['Id']}"}}
    bridge.stack.deployment.client("dynamodb").delete_item(TableName=table, Key=gone)
    deadline = time.monotonic() + 60
    while not removals(bridge.stack, company):
        assert time.monotonic() < deadline, "The removal was not noted within 60 seconds."
        time.sleep(0.2)
    job = bridge.sync(company)
    told = bridge.call("GET", f"{JOBS}/{job['Id']}/issues", CompanyId=company).json()
    assert (job["Status"], job["UsersCreated"], job["UsersUpdated"], told["UsersUnchanged"]) == (COMPLETED, 1, 0, 2)
    after = bridge.call("GET", "/customers", CompanyId=company).json()["Results"]
    assert [each["Id"] for each in after] == [each["Id"] for each in customers]
    assert bridge.sync(company)["UsersCreated"] == 0

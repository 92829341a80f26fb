"""A customer who was removed in the booking system is created again by the next sync."""

import json
import time
from typing import Any

from local.axema.people import person
from local.stack.stack import LocalStack
from tests.e2e.client import COMPLETED, JOBS, Bridge
from tests.e2e.observed import logged

PEOPLE = 3
HAND_ADDED = "hand-added.customer@example.com"


def key(company_id: str, sort_key: str) -> dict[str, Any]:
    return {"PK": {"S": f"COMPANY#{company_id}"}, "SK": {"S": sort_key}}


def removals(stack: LocalStack, company_id: str) -> int:
    """The number of removals that the company's lock has counted."""
    table = stack.deployment.outputs["UserSyncTableName"]
    response = stack.deployment.client("dynamodb").get_item(
        TableName=table, Key=key(company_id, "LOCK"), ConsistentRead=True
    )
    return int(response["Item"].get("Removals", {"N": "0"})["N"])


def remove(bridge: Bridge, company_id: str, sort_key: str) -> None:
    """Remove an item of the directory, as the booking system does."""
    table = bridge.stack.deployment.outputs["CustomersTableName"]
    bridge.stack.deployment.client("dynamodb").delete_item(TableName=table, Key=key(company_id, sort_key))


def wait_until_noted(bridge: Bridge, company_id: str) -> None:
    deadline = time.monotonic() + 60
    while not removals(bridge.stack, company_id):
        assert time.monotonic() < deadline, "The removal was not noted within 60 seconds."
        time.sleep(0.2)


def customers_of(bridge: Bridge, company_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bridge.call("GET", "/customers", CompanyId=company_id).json()["Results"]
    return found


def counts(bridge: Bridge, company_id: str) -> tuple[int, int, int, int]:
    """Status, created, updated and unchanged of one more sync."""
    job = bridge.sync(company_id)
    told = bridge.call("GET", f"{JOBS}/{job['Id']}/issues", CompanyId=company_id).json()
    return job["Status"], job["UsersCreated"], job["UsersUpdated"], told["UsersUnchanged"]


def records_received(lines: list[str]) -> int:
    """The number of stream records that the function has got, from its log."""
    messages = [json.loads(line) for line in lines if '"customers removed"' in line]
    return sum(message["customers"] for message in messages)


def test_removed_customer_is_created_again_and_the_others_are_unchanged(bridge: Bridge) -> None:
    company = bridge.new_company(users=PEOPLE)
    assert counts(bridge, company) == (COMPLETED, PEOPLE, 0, 0)
    customers = customers_of(bridge, company)
    remove(bridge, company, f"CUSTOMER#{customers[1]['Id']}")
    wait_until_noted(bridge, company)
    assert counts(bridge, company) == (COMPLETED, 1, 0, PEOPLE - 1)
    assert [each["Id"] for each in customers_of(bridge, company)] == [each["Id"] for each in customers]
    assert counts(bridge, company) == (COMPLETED, 0, 0, PEOPLE)


def test_function_gets_removed_customers_only_and_logs_no_personal_data(bridge: Bridge) -> None:
    company = bridge.new_company(users=PEOPLE)
    before = records_received(logged(bridge.stack, "customers-removed"))
    bridge.sync(company)
    bridge.steer(company, changed=PEOPLE)
    assert counts(bridge, company) == (COMPLETED, 0, PEOPLE, 0)
    customer = customers_of(bridge, company)[0]
    table = bridge.stack.deployment.outputs["CustomersTableName"]
    email_item = {**key(company, f"EMAIL#{HAND_ADDED}"), "Owners": {"M": {}}}
    bridge.stack.deployment.client("dynamodb").put_item(TableName=table, Item=email_item)
    remove(bridge, company, f"EMAIL#{HAND_ADDED}")
    remove(bridge, company, f"CUSTOMER#{customer['Id']}")
    wait_until_noted(bridge, company)
    lines = logged(bridge.stack, "customers-removed")
    assert records_received(lines) == before + 1

    people = [person(company, index, version) for index in range(PEOPLE) for version in (0, 1)]
    known = {HAND_ADDED} | {
        str(each[member]) for each in people for member in ("name", "email", "phone") if each.get(member)
    }
    known |= {str(customer[member]) for member in ("Lastname", "Email", "Phone") if customer.get(member)}
    visible = "\n".join(lines)
    assert {text for text in known if len(text) > 4 and text in visible} == set()

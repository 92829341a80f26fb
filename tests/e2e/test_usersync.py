"""The user sync from HTTP to customers, on the deployed stack."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.clock import utc_now
from bokabridge.customers.model import Customer
from bokabridge.customers.person import Person
from local.axema.people import person
from local.companies import COMPANIES
from tests.e2e.client import COMPLETED, FAILED, JOBS, PENDING, Bridge


def test_each_user_of_a_company_becomes_a_customer(bridge: Bridge) -> None:
    company = bridge.new_company(250)
    started = bridge.start(company)
    assert set(started) == {"Id", "CompanyId", "Status", "StatusName", "CreatedDate", "UpdatedDate"}
    assert (started["Status"], started["StatusName"], started["CompanyId"]) == (PENDING, "Pending", company)
    assert datetime.fromisoformat(started["CreatedDate"]).tzinfo is not None

    finished = bridge.finished(company, started["Id"])
    assert (finished["Status"], finished["StatusName"]) == (COMPLETED, "Completed")
    assert "ErrorMessage" not in finished
    counters = bridge.counters(company, started["Id"])
    assert counters == {"found": 250, "created": 250, "updated": 0, "unchanged": 0, "skipped": 0}

    page = bridge.call("GET", "/customers", CompanyId=company, Take=7, Skip=3).json()
    assert (page["Offset"], page["Total"], len(page["Results"])) == (3, 250, 7)
    last_name = str(person(company, 0)["name"]).split(",")[0].split()[0]
    found = bridge.call("GET", "/customers", CompanyId=company, Search=last_name).json()
    assert 1 <= found["Total"] < 250
    assert all(last_name.casefold() in " ".join(map(str, each.values())).casefold() for each in found["Results"])


def test_second_sync_changes_no_customer_and_a_third_only_changed_ones(bridge: Bridge) -> None:
    company = bridge.new_company(300, pageSize=100)
    bridge.sync(company)
    again = bridge.sync(company)
    assert bridge.counters(company, again["Id"])["unchanged"] == 300
    before = bridge.call("GET", "/customers", CompanyId=company, Take=1000).json()["Results"]
    bridge.steer(company, changed=3)
    changed = bridge.sync(company)
    counters = bridge.counters(company, changed["Id"])
    assert counters == {"found": 300, "created": 0, "updated": 3, "unchanged": 297, "skipped": 0}
    after = bridge.call("GET", "/customers", CompanyId=company, Take=1000).json()["Results"]
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 3


def test_existing_customer_is_adopted_and_not_created_again(bridge: Bridge) -> None:
    company = bridge.new_company(20)
    deployment = bridge.stack.deployment
    directory = DynamoCustomers(deployment.client("dynamodb"), deployment.outputs["CustomersTableName"], utc_now)
    users = (person(company, index) for index in range(20))
    user = next(user for user in users if "@example." in str(user["email"]) and ", " in str(user["name"]))
    email, first_name = str(user["email"]), str(user["name"]).split(", ")[1]
    existing = Person(first_name, "Before The Sync", email.strip().lower())
    before = Customer(str(uuid.uuid4()), company, existing, utc_now(), utc_now())
    directory.add_unlinked(before)

    job = bridge.sync(company)
    counters = bridge.counters(company, job["Id"])
    assert (counters["created"], counters["updated"]) == (19, 1)
    (adopted,) = bridge.call("GET", "/customers", CompanyId=company, Search=email).json()["Results"]
    assert adopted["Id"] == before.id
    assert adopted["Lastname"] != "Before The Sync"


def test_of_64_simultaneous_starts_one_succeeds_and_the_others_name_its_job(bridge: Bridge) -> None:
    company = bridge.new_company(250, pageSize=50, latencyMs=2000)  # still running when the last start arrives
    with ThreadPoolExecutor(64) as pool:
        responses = list(pool.map(lambda _: bridge.call("POST", JOBS, body={"CompanyId": company}), range(64)))
    assert Counter(response.status for response in responses) == {200: 1, 409: 63}
    (winner,) = [response.json() for response in responses if response.status == 200]
    for response in responses:
        if response.status == 409:
            status = response.json()["ResponseStatus"]
            assert (status["ErrorCode"], status["Meta"]["JobId"]) == ("Conflict", winner["Id"])
            assert response.headers["Location"].endswith(f"{JOBS}/{winner['Id']}?CompanyId={company}")
    jobs = bridge.call("GET", JOBS, CompanyId=company).json()["Results"]
    assert [job["Id"] for job in jobs] == [winner["Id"]]
    assert len(bridge.executions(winner["Id"])) == 1
    assert bridge.finished(company, winner["Id"])["Status"] == COMPLETED


def test_location_of_a_start_leads_a_superadmin_to_another_companys_job(bridge: Bridge) -> None:
    company = bridge.new_company(250, latencyMs=2000)
    started, refused = (bridge.call("POST", JOBS, body={"CompanyId": company}) for _ in range(2))
    assert (started.status, refused.status) == (200, 409)
    for response in (started, refused):
        path = response.headers["Location"].removeprefix(bridge.stack.api_url)
        assert bridge.call("GET", path).json()["Id"] == started.json()["Id"]


def test_wrong_credentials_fail_the_job_with_a_message_and_free_the_lock(bridge: Bridge) -> None:
    company = bridge.new_company(10, rejectCredentials=True)
    failed = bridge.sync(company)
    assert (failed["Status"], failed["StatusName"]) == (FAILED, "Failed")
    assert failed["ErrorMessage"].startswith("Axema rejected the credentials. Check the client id")
    bridge.steer(company, rejectCredentials=False)
    assert bridge.sync(company)["Status"] == COMPLETED


def test_broken_records_are_skipped_and_reported(bridge: Bridge) -> None:
    company = bridge.new_company(100, badRecords=12)
    done = bridge.sync(company)
    assert done["Status"] == COMPLETED
    counters = bridge.counters(company, done["Id"])
    assert counters == {"found": 112, "created": 100, "updated": 0, "unchanged": 0, "skipped": 12}
    issues = bridge.call("GET", f"{JOBS}/{done['Id']}/issues", CompanyId=company).json()["Results"]
    skipped = [issue for issue in issues if issue["Skipped"]]
    assert len(skipped) == 12
    assert all(issue["Reason"].endswith(".") and issue["AxemaUserId"] for issue in skipped)


def test_start_for_a_company_without_axema_settings_is_a_400(bridge: Bridge) -> None:
    response = bridge.call("POST", JOBS, body={"CompanyId": COMPANIES[-1].id})
    assert (response.status, response.json()["ResponseStatus"]["ErrorCode"]) == (400, "AxemaNotConfigured")
    assert bridge.call("GET", JOBS, CompanyId=COMPANIES[-1].id).json() == {"Results": []}


def test_history_of_an_execution_has_no_personal_data(bridge: Bridge) -> None:
    company = bridge.new_company(20, badRecords=6)
    job = bridge.sync(company)
    history = bridge.history(job["Id"])
    assert company in history
    for customer in bridge.call("GET", "/customers", CompanyId=company).json()["Results"]:
        for member in ("Lastname", "Email", "Phone"):
            assert customer.get(member, "@absent@") not in history


def test_jobs_are_listed_newest_first_by_status_and_in_windows(bridge: Bridge) -> None:
    company = bridge.new_company(1)
    ids = [bridge.sync(company)["Id"] for _ in range(2)]
    bridge.steer(company, rejectCredentials=True)
    ids.append(bridge.sync(company)["Id"])

    def listed(**query: Any) -> list[str]:
        response = bridge.call("GET", JOBS, CompanyId=company, **query)
        return [job["Id"] for job in response.json()["Results"]]

    assert listed() == ids[::-1]
    assert listed(Status=3) == [ids[2]]
    assert listed(status="completed") == ids[1::-1]
    assert listed(Status="Completed", Skip=1, Take=1) == [ids[0]]
    assert listed(Status=1) == []
    assert listed(take=1000, skip=3) == []


def test_unknown_job_is_404(bridge: Bridge) -> None:
    response = bridge.call("GET", f"{JOBS}/{uuid.uuid4()}", token="write")
    assert (response.status, response.json()["ResponseStatus"]["ErrorCode"]) == (404, "NotFound")


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        (JOBS, {"CompanyId": "not-a-guid"}, "CompanyId"),
        (JOBS, {"Status": "Done"}, "Status"),
        (JOBS, {"Take": "1001"}, "Take"),
        (f"{JOBS}/no-guid", {}, "Id"),
        ("/customers", {"Skip": "-1"}, "Skip"),
    ],
)
def test_invalid_field_is_a_400_that_names_it(bridge: Bridge, path: str, query: dict[str, str], field: str) -> None:
    response = bridge.call("GET", path, token="write", **query)
    assert response.status == 400
    assert [error["FieldName"] for error in response.json()["ResponseStatus"]["Errors"]] == [field]


def test_post_with_an_invalid_company_id_is_a_400_that_names_it(bridge: Bridge) -> None:
    response = bridge.call("POST", JOBS, token="write", body={"CompanyId": "not-a-guid"})
    assert response.status == 400
    assert response.json()["ResponseStatus"]["Errors"][0]["FieldName"] == "CompanyId"

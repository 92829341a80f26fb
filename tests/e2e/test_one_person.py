"""One person now, and why a person is a customer or is not, on the deployed stack."""

from typing import Any

import pytest

from local.axema.people import person
from tests.e2e.client import COMPLETED, JOBS, Bridge

pytestmark = pytest.mark.needs_embedded_api("It tests the workflow, which runs on the embedded stack in both cases.")

USERS = f"{JOBS}/users"
PEOPLE = 120


def user_id(company: str, index: int) -> str:
    return str(person(company, index)["userId"])


def why(bridge: Bridge, company: str, text: str) -> list[dict[str, Any]]:
    response = bridge.call("GET", USERS, CompanyId=company, Search=text)
    assert response.status == 200, response.data
    found: list[dict[str, Any]] = response.json()["Results"]
    return found


def sync_person(bridge: Bridge, company: str, user: str, **members: Any) -> dict[str, Any]:
    response = bridge.call("POST", f"{USERS}/{user}", body={"CompanyId": company, **members})
    assert response.status == 200, response.data
    done: dict[str, Any] = response.json()
    return done


def test_person_is_created_updated_and_left_alone_and_why_names_the_job(bridge: Bridge) -> None:
    company = bridge.new_company(PEOPLE, pageSize=50)
    last = user_id(company, PEOPLE - 1)
    planned = sync_person(bridge, company, last, DryRun=True)
    assert (planned["Outcome"], planned["DryRun"], why(bridge, company, last)) == ("Create", True, [])
    created = sync_person(bridge, company, last)
    assert created["Reason"] == "The person had no customer, and no customer can be this person's."
    assert bridge.sync(company)["UsersCreated"] == PEOPLE - 1
    bridge.steer(company, changed=PEOPLE)
    updated = sync_person(bridge, company, last)
    assert (updated["Outcome"], updated["CustomerId"]) == ("Update", created["CustomerId"])
    assert [change["Fields"] for change in bridge.changes(company, updated["Id"])] == [updated["Fields"]]
    assert sync_person(bridge, company, last)["Outcome"] == "Unchanged"
    of_this_name = why(bridge, company, updated["Name"])
    (found,) = [each for each in of_this_name if each["AxemaUserId"] == last]
    assert {each["Name"] for each in of_this_name} == {updated["Name"]}
    assert (found["ChangedBy"], found["Listed"]) == (updated["Id"], True)
    assert found["NextStep"] == "Nothing"
    job = bridge.job(company, updated["Id"])
    assert (job["Status"], job["UsersFound"], job["UsersUpdated"]) == (COMPLETED, 1, 1)
    unchanged = bridge.sync(company, Force=True)
    assert unchanged["UsersUpdated"] == PEOPLE - 1
    health = bridge.call("GET", "/codelock/axema/health", CompanyId=company).json()
    assert health["LastCompletedId"] == unchanged["Id"]


def test_unknown_person_is_a_404_and_a_running_sync_a_409(bridge: Bridge) -> None:
    company = bridge.new_company(60, pageSize=20, latencyMs=300)
    running = bridge.start(company)
    refused = bridge.call("POST", f"{USERS}/{user_id(company, 1)}", body={"CompanyId": company})
    assert (refused.status, refused.json()["ResponseStatus"]["Meta"]["JobId"]) == (409, running["Id"])
    bridge.finished(company, running["Id"])
    unknown = bridge.call("POST", f"{USERS}/nobody", body={"CompanyId": company})
    assert unknown.status == 404
    assert unknown.json()["ResponseStatus"]["Message"].startswith("Axema's list of users has nobody with this user id.")
    assert bridge.call("POST", f"{USERS}/nobody", token="read").status == 403


def test_skipped_record_is_explained_by_both(bridge: Bridge) -> None:
    company = bridge.new_company(30, badRecords=1)
    job = bridge.sync(company)
    issues = bridge.call("GET", f"{JOBS}/{job['Id']}/issues", CompanyId=company).json()["Results"]
    (issue,) = [each for each in issues if each["Skipped"]]
    done = sync_person(bridge, company, issue["AxemaUserId"])
    assert (done["Outcome"], done["Reason"]) == ("Skipped", issue["Reason"])
    (found,) = why(bridge, company, issue["AxemaUserId"])
    assert (found["Skipped"], found["Reason"], found["NextStep"]) == (True, issue["Reason"], "Skip")

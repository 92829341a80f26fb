"""No personal data and no secret is in a log, an execution's history, an error or a response about settings."""

import json
import secrets
from typing import Any

from local.axema.credentials import credentials
from local.axema.people import person
from tests.e2e.client import COMPLETED, FAILED, JOBS, Bridge
from tests.e2e.observed import logged
from tests.e2e.settings import SETTINGS, company_without_settings, local_members, vaka_online_members

PEOPLE = 40
HEALTH = "/codelock/axema/health"


class Conversation:
    """Calls the API, and collects the error responses."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.errors: list[str] = []

    def call(self, method: str, path: str, body: dict[str, Any], expected: int) -> str:
        response = self.bridge.call(method, path, body=body)
        text = response.data.decode()
        assert response.status == expected, text
        if expected != 200:
            self.errors.append(text)
        return text


def personal_data(bridge: Bridge, company: str) -> set[str]:
    """Names, e-mail addresses and phone numbers, as they are in Axema and in BokaMera."""
    raw = [person(company, index, version) for index in range(PEOPLE) for version in (0, 1)]
    found = {str(user[member]) for user in raw for member in ("name", "email", "phone") if user.get(member)}
    customers = bridge.call("GET", "/customers", CompanyId=company, Take=1000).json()["Results"]
    found |= {
        customer[member] for customer in customers for member in ("Lastname", "Email", "Phone") if customer.get(member)
    }
    return {text.strip() for text in found if len(text.strip()) > 4}


def looked_at(bridge: Bridge, company: str, jobs: list[dict[str, Any]]) -> str:
    """Read what is for writers only, so that it would be in the logs. Returns the health, which readers see, too."""
    for job in jobs:
        bridge.changes(company, job["Id"])
    name = person(company, 0, 1)["name"]
    assert bridge.call("GET", f"{JOBS}/users", CompanyId=company, Search=name).json()["Results"]
    return bridge.call("GET", HEALTH, CompanyId=company).data.decode()


def one_person(talk: Conversation, company: str, mark: str) -> dict[str, Any]:
    """Sync one person, and one whom Axema does not have. Returns the first job."""
    mine = {"CompanyId": company}
    talk.call("POST", f"{JOBS}/users/anna-{mark}@example.com", mine, 404)
    job: dict[str, Any] = json.loads(talk.call("POST", f"{JOBS}/users/{person(company, 0)['userId']}", mine, 200))
    return job


def test_no_personal_data_and_no_secret_leaks(bridge: Bridge) -> None:
    mark = secrets.token_hex(8)
    company = company_without_settings(bridge, PEOPLE, badRecords=6)
    talk = Conversation(bridge)
    local, vaka_online = local_members(bridge, company), vaka_online_members(company)
    mine = {"CompanyId": company}
    responses = [
        talk.call("POST", SETTINGS, {**local, "Password": f"first-{mark}"}, 200),
        talk.call("PUT", SETTINGS, {**local, "Password": f"second-{mark}"}, 200),
        talk.call("POST", f"{SETTINGS}/test", {**mine, "Password": f"third-{mark}"}, 200),
        talk.call("PUT", SETTINGS, local, 200),
    ]
    talk.call("POST", SETTINGS, {**local, "Password": f"fourth-{mark}"}, 409)
    talk.call("PUT", SETTINGS, {**mine, "Password": f"fifth-{mark}" * 200, "ApiPort": f"sixth-{mark}"}, 400)
    talk.call("PUT", SETTINGS, {**mine, "ApiKey": f"seventh-{mark}\n", "ClientSecret": [f"eighth-{mark}"]}, 400)
    talk.call("PUT", SETTINGS, {**mine, "Username": f"ninth-{mark}:", "ApiEndpoint": f"tenth-{mark}/"}, 400)
    jobs = [bridge.sync(company)]

    responses.append(talk.call("PUT", SETTINGS, vaka_online, 200))
    responses.append(talk.call("PUT", SETTINGS, {**mine, "ApiKey": f"eleventh-{mark}"}, 200))
    jobs.append(bridge.sync(company))
    responses.append(talk.call("PUT", SETTINGS, {**mine, "ApiKey": vaka_online["ApiKey"]}, 200))
    bridge.steer(company, changed=PEOPLE)
    jobs += [bridge.sync(company, **how) for how in ({"DryRun": True}, {}, {"Force": True})]
    single = one_person(talk, company, mark)
    bridge.steer(company, malformed="wrongShape")
    jobs.append(bridge.sync(company))
    assert [job["Status"] for job in jobs] == [COMPLETED, FAILED, COMPLETED, FAILED, COMPLETED, FAILED]
    responses.append(looked_at(bridge, company, jobs))
    issues = bridge.call("GET", f"{JOBS}/{jobs[0]['Id']}/issues", CompanyId=company).data.decode()

    logs = logged(bridge.stack)
    assert any(company in line and "step done" in line for line in logs)
    histories = [bridge.history(job["Id"]) for job in [*jobs, single]]
    visible = "\n".join([*logs, *talk.errors, *responses, issues, *histories, json.dumps(jobs, ensure_ascii=False)])
    axema = credentials(company)
    known = {axema.password, axema.client_secret, axema.api_key, mark, "demo-token-", *bridge.stack.tokens.values()}
    known |= personal_data(bridge, company)
    assert len(known) > PEOPLE
    assert {text for text in known if text in visible or json.dumps(text).strip('"') in visible} == set()

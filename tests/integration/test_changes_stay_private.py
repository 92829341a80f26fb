"""Who sees the changes of syncs and why somebody is a customer, and that neither is in a log."""

import json
import logging
from collections.abc import Iterator

import pytest

from bokabridge.wiring.settings import secrets, settings
from local.axema.people import person
from tests.api_gateway import READER, SUPERADMIN, WRITER, Context, event
from tests.axema import secret_of, settings_of
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.integration.cli.workers import run_sync
from tests.wired import Wired, wired

PEOPLE = 7
JOBS = "/codelock/axema/usersync"
OTHER_WRITER = {**WRITER, "companyId": OTHER_COMPANY_ID}


@pytest.fixture
def application() -> Iterator[Wired]:
    with wired({COMPANY_ID: PEOPLE, OTHER_COMPANY_ID: 1}) as found:
        yield found


class Callers:
    """Calls operations in this process. Returns the status and the body's text."""

    def __init__(self, application: Wired) -> None:
        self.application = application

    def call(
        self, operation: str, method: str, path: str, caller: dict[str, str], job: str | None = None, **query: str
    ) -> tuple[int, str]:
        parameters = {"Id": job} if job else None
        given = event(method, path, caller=caller, query=query or None, path_parameters=parameters)
        response = self.application.handler_of(operation)(given, Context())
        return response["statusCode"], response["body"]

    def changes(self, job: str, caller: dict[str, str], **query: str) -> tuple[int, str]:
        path = f"{JOBS}/{job}/changes"
        return self.call("QueryAxemaUserSyncChanges", "GET", path, caller, job, **query)

    def cancel(self, job: str, caller: dict[str, str], **query: str) -> int:
        return self.call("CancelAxemaUserSync", "DELETE", f"{JOBS}/{job}", caller, job, **query)[0]

    def start(self, **query: str) -> str:
        status, body = self.call("CreateAxemaUserSync", "POST", JOBS, WRITER, **query)
        assert status == 200, body
        job: str = json.loads(body)["Id"]
        return job


@pytest.fixture
def callers(application: Wired) -> Callers:
    connected = settings_of(COMPANY_ID)
    secrets().stage(None, connected, secret_of(COMPANY_ID))
    settings().add(connected)
    secrets().promote(connected)
    return Callers(application)


def personal_data() -> set[str]:
    """What Axema knows of the people, apart from their ids."""
    users = [person(COMPANY_ID, index, 0) for index in range(PEOPLE)]
    words = {word for user in users for word in str(user["name"]).replace(",", " ").split()}
    return words | {str(user[member]) for user in users for member in ("email", "phone") if user.get(member)}


def test_changes_are_for_those_who_may_start_syncs_of_the_company(application: Wired, callers: Callers) -> None:
    for query in ({"DryRun": "true"}, {}):
        job = callers.start(**query)
        run_sync(application, job)
        status, body = callers.changes(job, WRITER)
        assert (status, len(json.loads(body)["Results"])) == (200, PEOPLE)
        assert callers.changes(job, SUPERADMIN, CompanyId=COMPANY_ID) == (status, body)
        assert callers.changes(job, READER)[0] == callers.cancel(job, READER) == 403
        assert callers.changes(job, OTHER_WRITER)[0] == callers.cancel(job, OTHER_WRITER) == 404
        foreign = {"CompanyId": COMPANY_ID}
        assert callers.changes(job, OTHER_WRITER, **foreign)[0] == callers.cancel(job, OTHER_WRITER, **foreign) == 403


def test_no_log_and_no_refusal_has_personal_data(
    application: Wired, callers: Callers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bokabridge")
    job = callers.start(DryRun="true")
    run_sync(application, job)
    known = {text for text in personal_data() if len(text) > 3}
    shown = callers.changes(job, WRITER)[1]
    assert any(text in shown for text in known)
    run_sync(application, callers.start())
    name = next(iter(known))
    explained = callers.call("QueryAxemaUsers", "GET", f"{JOBS}/users", WRITER, Search=name)
    assert explained[0] == 200
    health = callers.call("GetAxemaHealth", "GET", "/codelock/axema/health", READER)
    refused = callers.changes(job, READER), callers.changes(job, OTHER_WRITER)
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "step done" in logged
    visible = logged + health[1] + "".join(body for _, body in refused)
    assert {text for text in known if text in visible} == set()

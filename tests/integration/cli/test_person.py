"""`bokabridge sync person` and `bokabridge why`."""

from collections.abc import Callable

import pytest

from tests.command_line import CommandLine
from tests.data import COMPANY_ID
from tests.integration.cli.workers import run_sync, worker
from tests.wired import Wired


@pytest.fixture
def user_id(connected: CommandLine, application: Wired, monkeypatch: pytest.MonkeyPatch) -> str:
    """A user of the company, which has synced. Requests for one person wait for their jobs."""
    monkeypatch.setenv("ANSWER_SECONDS", "20")
    job = connected.run("sync", "start", "--json").json
    run_sync(application, job["Id"])
    changes = connected.run("sync", "changes", job["Id"], "--json").json
    return str(changes[0]["AxemaUserId"])


def test_person_is_synced_and_the_command_says_what_was_done(
    connected: CommandLine, application: Wired, user_id: str
) -> None:
    with worker(application):
        done = connected.run("sync", "person", user_id, "--json").json
    assert (done["AxemaUserId"], done["Outcome"], done["DryRun"]) == (user_id, "Unchanged", False)
    assert done["Reason"] == "The customer is as Axema's record says."
    with worker(application):
        planned = connected.run("sync", "person", user_id, "--dry-run")
    assert planned.code == 0
    assert f"AxemaUserId  {user_id}" in planned.out


def test_unknown_person_is_exit_code_4_and_a_sentence(connected: CommandLine, application: Wired, user_id: str) -> None:
    with worker(application):
        done = connected.run("sync", "person", f"{user_id}-unknown")
    assert done.code != 0
    assert "Axema's list of users has nobody with this user id. Nothing was changed." in done.err


def test_person_waits_for_no_running_sync(connected: CommandLine, user_id: str) -> None:
    running = connected.run("sync", "start", "--json").json
    refused = connected.run("sync", "person", user_id)
    assert refused.code != 0
    assert "A sync is already running" in refused.err
    assert running["StatusName"] == "Pending"


def test_reader_may_neither_sync_a_person_nor_ask_why(caller: Callable[[str], CommandLine]) -> None:
    reader = caller("read")
    for command in (("sync", "person", "4711"), ("why", "4711")):
        assert "Invalid Role" in reader.run(*command, "--company", COMPANY_ID).err


def test_why_says_what_became_of_a_person_and_shows_no_name(connected: CommandLine, user_id: str) -> None:
    (found,) = connected.run("why", user_id, "--json").json
    assert (found["AxemaUserId"], found["Listed"], found["NextStep"]) == (user_id, True, "Nothing")
    assert "Name" not in found
    assert found["ChangedBy"]
    nobody = connected.run("why", "nobody-of-this-name")
    assert (nobody.code, nobody.out.strip()) == (0, "No sync and no customer is found by this text.")

"""`bokabridge sync`."""

import csv
import io
from collections.abc import Callable

import pytest

from bokabridge.dates import parse_date
from tests.axema import steer
from tests.command_line import CommandLine
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.integration.cli.conftest import PEOPLE
from tests.integration.cli.workers import run_sync, worker
from tests.wired import Wired

UNKNOWN_ID = "00000000-0000-4000-8000-000000000007"


def test_start_prints_the_pending_job(connected: CommandLine) -> None:
    job = connected.run("sync", "start", "--json").json
    assert (job["StatusName"], job["CompanyId"]) == ("Pending", COMPANY_ID)
    shown = connected.run("sync", "show", job["Id"])
    assert f"Id              {job['Id']}" in shown.out


def test_start_with_wait_ends_with_the_completed_job(application: Wired, connected: CommandLine) -> None:
    with worker(application):
        done = connected.run("sync", "start", "--wait", "--json")
    assert done.code == 0, done.err
    assert done.json["StatusName"] == "Completed"
    assert (done.json["UsersFound"], done.json["UsersCreated"], done.json["UsersUnchanged"]) == (PEOPLE, PEOPLE, 0)


def test_terminal_shows_progress_on_standard_error(application: Wired, connected: CommandLine) -> None:
    with worker(application):
        done = CommandLine({**connected.variables, "FORCE_COLOR": "1"}).run("sync", "start", "--wait", "--json")
    assert done.json["StatusName"] == "Completed"
    assert "Pending" in done.err
    assert f"{PEOPLE}/?" in done.err


def test_failed_sync_is_bad_news(application: Wired, connected: CommandLine) -> None:
    with worker(application, fails=True):
        failed = connected.run("sync", "start", "--wait")
    assert failed.code == 1, failed.err
    assert "StatusName      Failed" in failed.out


def test_second_start_is_a_conflict_that_names_the_running_job(connected: CommandLine) -> None:
    job = connected.run("sync", "start", "--json").json
    second = connected.run("sync", "start")
    assert (second.code, second.out) == (5, "")
    assert second.err.rstrip().endswith(f"`bokabridge sync show {job['Id']} --wait` follows it.")


def test_issues_are_listed_as_table_csv_and_json(application: Wired, connected: CommandLine) -> None:
    steer(application.axema_url, COMPANY_ID, badRecords=2)
    job = connected.run("sync", "start", "--json").json
    run_sync(application, job["Id"])
    issues = connected.run("sync", "issues", job["Id"], "--json").json
    assert [issue["Skipped"] for issue in issues].count(True) == 2
    rows = list(csv.DictReader(io.StringIO(connected.run("sync", "issues", job["Id"], "--csv").out)))
    assert [row["AxemaUserId"] for row in rows] == [issue["AxemaUserId"] for issue in issues]
    lines = connected.run("sync", "issues", job["Id"]).out.splitlines()
    assert lines[0].split() == ["AxemaUserId", "Skipped", "Reason"]
    assert len(lines) == 1 + len(issues)


def test_preview_is_started_and_its_changes_are_listed_without_names(
    application: Wired, connected: CommandLine
) -> None:
    preview = connected.run("sync", "start", "--dry-run", "--json").json
    run_sync(application, preview["Id"])
    assert connected.run("sync", "show", preview["Id"], "--json").json["DryRun"]
    changes = connected.run("sync", "changes", preview["Id"], "--kind", "create", "--json").json
    assert len(changes) == PEOPLE
    assert set(changes[0]) == {"AxemaUserId", "CustomerId", "Kind", "Outcome", "Fields"}
    assert connected.run("sync", "changes", preview["Id"], "--kind", "left").out == "The sync changed nobody.\n"


def test_preview_with_wait_ends_with_what_it_would_create(application: Wired, connected: CommandLine) -> None:
    with worker(application):
        done = connected.run("sync", "start", "--dry-run", "--wait", "--json")
    assert (done.code, done.json["DryRun"], done.json["UsersCreated"]) == (0, True, PEOPLE)


def test_held_sync_is_bad_news_and_a_forced_one_is_done(application: Wired, connected: CommandLine) -> None:
    steer(application.axema_url, COMPANY_ID, users=60)
    with worker(application):
        assert connected.run("sync", "start", "--wait").code == 0
    steer(application.axema_url, COMPANY_ID, removed=30)
    with worker(application):
        held = connected.run("sync", "start", "--wait", "--json")
    assert (held.code, held.json["StatusName"]) == (1, "Failed")
    assert held.json["ErrorMessage"].startswith("The sync was held back: 30 people are missing")
    with worker(application):
        forced = connected.run("sync", "start", "--force", "--wait", "--json")
    assert (forced.code, forced.json["Force"], forced.json["UsersMissing"]) == (0, True, 30)


def test_changes_are_listed_as_table_and_csv(application: Wired, connected: CommandLine) -> None:
    job = connected.run("sync", "start", "--json").json
    run_sync(application, job["Id"])
    rows = list(csv.DictReader(io.StringIO(connected.run("sync", "changes", job["Id"], "--csv").out)))
    assert {(row["Kind"], row["Outcome"]) for row in rows} == {("Create", "Done")}
    lines = connected.run("sync", "changes", job["Id"], "--kind", "CREATE").out.splitlines()
    assert len(lines) == 1 + len(rows) == 1 + PEOPLE
    assert connected.run("sync", "changes", job["Id"], "--kind", "renamed").code == 2


def test_cancel_with_wait_is_done_once_the_sync_has_stopped(connected: CommandLine) -> None:
    job = connected.run("sync", "start", "--json").json
    cancelled = connected.run("sync", "cancel", job["Id"], "--wait", "--json")
    assert (cancelled.code, cancelled.json["StatusName"]) == (0, "Failed")
    assert connected.run("sync", "cancel", job["Id"]).code == 0
    assert connected.run("sync", "show", job["Id"], "--wait").code == 1


def test_cancel_ends_a_pending_sync_and_a_second_one_forced_succeeds(
    application: Wired, connected: CommandLine
) -> None:
    job = connected.run("sync", "start", "--json").json
    cancelled = connected.run("sync", "cancel", job["Id"], "--json").json
    assert (cancelled["StatusName"], cancelled["ErrorMessage"][:13]) == ("Failed", "Cancelled by ")
    forced = connected.run("sync", "start", "--force", "--json").json
    run_sync(application, forced["Id"])
    assert connected.run("sync", "show", forced["Id"], "--json").json["Force"]
    assert connected.run("sync", "cancel", forced["Id"]).code == 5


def test_undo_is_previewed_and_started_and_names_its_job(application: Wired, connected: CommandLine) -> None:
    job = connected.run("sync", "start", "--json").json
    assert connected.run("sync", "undo", job["Id"]).code == 5
    run_sync(application, job["Id"])
    planned = connected.run("sync", "undo", job["Id"], "--dry-run", "--json").json
    in_the_way = connected.run("sync", "undo", job["Id"])
    assert (in_the_way.code, f"`bokabridge sync show {planned['Id']} --wait`" in in_the_way.err) == (5, True)
    run_sync(application, planned["Id"])
    with worker(application):
        undone = connected.run("sync", "undo", job["Id"], "--wait", "--json").json
    assert (undone["StatusName"], undone["UsersUpdated"], undone["DryRun"]) == ("Completed", PEOPLE, False)
    assert (undone["Undoes"], planned["DryRun"]) == (job["Id"], True)
    changes = connected.run("sync", "changes", undone["Id"], "--kind", "deactivate", "--json").json
    assert [(change["Fields"], change["Outcome"]) for change in changes] == [("Visible", "Done")] * PEOPLE


def test_list_shows_the_newest_first_and_filters_by_status(application: Wired, connected: CommandLine) -> None:
    first = connected.run("sync", "start", "--json").json["Id"]
    run_sync(application, first)
    second = connected.run("sync", "start", "--json").json["Id"]
    jobs = connected.run("sync", "list", "--json").json
    assert [job["Id"] for job in jobs] == [second, first]
    assert all(parse_date(job["CreatedDate"]) for job in jobs)
    assert [job["Id"] for job in connected.run("sync", "list", "--status", "completed", "--json").json] == [first]
    assert len(connected.run("sync", "list", "--take", "1").out.splitlines()) == 2


def test_empty_list_is_a_sentence_for_people_and_empty_for_programs(cli: CommandLine) -> None:
    assert cli.run("sync", "list").out == "There are no syncs.\n"
    assert cli.run("sync", "list", "--json").json == []
    assert len(cli.run("sync", "list", "--csv").out.splitlines()) == 1


def test_company_without_settings_is_invalid(cli: CommandLine) -> None:
    refused = cli.run("sync", "start", "--company", OTHER_COMPANY_ID)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("Axema is not set up for this company")


def test_unknown_job_is_not_found(cli: CommandLine) -> None:
    for command in ("show", "issues", "cancel", "changes"):
        assert cli.run("sync", command, UNKNOWN_ID).code == 4


@pytest.mark.parametrize(
    "command",
    [["start"], ["list"], *([name, UNKNOWN_ID] for name in ("show", "issues", "cancel", "changes", "undo"))],
)
def test_another_company_is_denied_to_all_but_superadmins(
    caller: Callable[[str], CommandLine], command: list[str]
) -> None:
    denied = caller("write").run("sync", *command, "--company", OTHER_COMPANY_ID)
    assert (denied.code, denied.out, denied.err) == (3, "", "You may only act for your own company.\n")


@pytest.mark.parametrize(
    "command", [["start"], ["start", "--dry-run"], ["cancel", UNKNOWN_ID], ["changes", UNKNOWN_ID]]
)
def test_reader_may_neither_start_nor_cancel_nor_see_changes(
    caller: Callable[[str], CommandLine], command: list[str]
) -> None:
    assert caller("read").run("sync", *command).code == 3


@pytest.mark.parametrize("company", ["", "Brf", "00000000-0000-0000-0000-000000000000", COMPANY_ID.replace("-", "")])
def test_company_is_named_by_its_id(cli: CommandLine, company: str) -> None:
    refused = cli.run("sync", "list", "--company", company)
    assert (refused.code, refused.out) == (2, "")
    assert "must be the company's id" in refused.err

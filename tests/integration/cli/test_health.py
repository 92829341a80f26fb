"""`bokabridge health`."""

import csv
import io
from collections.abc import Callable

from tests.command_line import CommandLine
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.integration.cli.conftest import PEOPLE
from tests.integration.cli.workers import run_sync
from tests.wired import Wired


def test_health_shows_the_running_and_then_the_completed_sync(application: Wired, connected: CommandLine) -> None:
    job = connected.run("sync", "start", "--json").json
    running = connected.run("health", "--json")
    assert (running.code, running.json["CompanyId"], running.json["RunningId"]) == (0, COMPANY_ID, job["Id"])
    run_sync(application, job["Id"])
    shown = connected.run("health").out
    assert f"LastCompletedId    {job['Id']}" in shown
    assert f"UsersFound         {PEOPLE}" in shown
    assert "RunningId" not in shown


def test_all_companies_are_listed_as_table_csv_and_json(application: Wired, connected: CommandLine) -> None:
    job = connected.run("sync", "start", "--json").json
    run_sync(application, job["Id"], fails=True)
    (listed,) = connected.run("health", "--all", "--json").json
    assert (listed["CompanyId"], listed["FailuresInRow"], listed["Active"]) == (COMPANY_ID, 1, True)
    (row,) = csv.DictReader(io.StringIO(connected.run("health", "--all", "--csv").out))
    assert (row["CompanyId"], row["FailuresInRow"]) == (COMPANY_ID, "1")
    assert len(connected.run("health", "--all").out.splitlines()) == 2


def test_without_companies_the_list_is_a_sentence(cli: CommandLine) -> None:
    assert cli.run("health", "--all").out == "No company has Axema settings.\n"


def test_company_without_settings_is_not_found(cli: CommandLine) -> None:
    assert cli.run("health", "--company", OTHER_COMPANY_ID).code == 4


def test_readers_see_the_own_company_only(connected: CommandLine, caller: Callable[[str], CommandLine]) -> None:
    reader = caller("read")
    assert reader.run("health").code == connected.run("health").code == 0
    assert reader.run("health", "--all").code == 3
    assert reader.run("health", "--company", OTHER_COMPANY_ID).code == 3

"""`bokabridge settings`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local.axema.credentials import credentials
from tests.command_line import CommandLine, axema_members
from tests.data import COMPANY_ID


def test_set_saves_first_settings_and_then_changes_only_the_given_members(connected: CommandLine) -> None:
    before = connected.run("settings", "get", "--json").json
    assert (before["DeviceId"], before["Active"]) == (credentials(COMPANY_ID).device_id, True)
    changed = connected.run("settings", "set", "Active=no", "--json")
    assert changed.code == 2
    changed = connected.run("settings", "set", "active=false", "ScheduleTimezone=Europe/Helsinki", "--json")
    assert changed.code == 0, changed.err
    after = connected.run("settings", "get", "--json").json
    for member in ("Schedule", "NextRun"):  # inactive settings have none in force
        before.pop(member)
    assert after == {**before, "Active": False, "ScheduleTimezone": "Europe/Helsinki", "Updated": after["Updated"]}


def test_test_says_whether_the_connection_works(connected: CommandLine, tmp_path: Path) -> None:
    good = connected.run("settings", "test")
    assert (good.code, "Success  yes" in good.out) == (0, True)
    (tmp_path / "wrong").write_text("wrong")
    bad = connected.run("settings", "test", f"ClientSecret=@{tmp_path / 'wrong'}")
    assert (bad.code, "Success  no" in bad.out) == (1, True)


def test_secret_may_come_from_standard_input(cli: CommandLine, tmp_path: Path) -> None:
    members = [member for member in axema_members(COMPANY_ID, tmp_path) if not member.startswith("ClientSecret")]
    saved = cli.run("settings", "set", *members, "ClientSecret=-", given=f"{credentials(COMPANY_ID).client_secret}\n")
    assert saved.code == 0, saved.err
    assert cli.run("settings", "test").code == 0


@pytest.mark.parametrize("name", ["ClientSecret", "clientsecret", "Password", "ApiKey"])
def test_secret_among_the_arguments_is_refused_and_not_repeated(cli: CommandLine, name: str) -> None:
    refused = cli.run("settings", "set", f"{name}=hunter2")
    assert refused.code == 2
    assert "is a secret" in refused.err
    assert "hunter2" not in refused.err + refused.out


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        ("DeviceId", "'DeviceId' is not of the form NAME=VALUE."),
        ("DeviseId=1", "The settings have no 'DeviseId'. Did you mean DeviceId?"),
        ("CompanyId=1", "The settings have no 'CompanyId'."),
        ("=1", "The settings have no ''."),
        ("ApiKey=@/nowhere", "ApiKey: the file /nowhere is not readable."),
    ],
)
def test_argument_that_is_no_member_is_a_sentence(cli: CommandLine, member: str, sentence: str) -> None:
    refused = cli.run("settings", "set", member)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(sentence)


def test_every_wrong_member_is_named(connected: CommandLine) -> None:
    refused = connected.run("settings", "set", "Schedule=daily", "ScheduleTimezone=Mars")
    assert refused.code == 2
    assert "must be like rate(1 day)" in refused.err
    assert "must be a name of the IANA database" in refused.err


def test_company_without_settings_is_not_found(cli: CommandLine) -> None:
    assert cli.run("settings", "get").code == 4


def test_reader_sees_settings_and_may_not_change_them(
    connected: CommandLine, caller: Callable[[str], CommandLine]
) -> None:
    reader = caller("read")
    assert reader.run("settings", "get").code == 0
    assert reader.run("settings", "set", "Active=false").code == 3

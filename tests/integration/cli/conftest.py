"""The command line as different callers, against the functions over real HTTP."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.api_server import api_server
from tests.command_line import CommandLine, axema_members, write_stack_file
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.wired import Wired, wired

PEOPLE = 7


@pytest.fixture
def application() -> Iterator[Wired]:
    with wired({COMPANY_ID: PEOPLE, OTHER_COMPANY_ID: 1}) as found:
        yield found


@pytest.fixture
def caller(application: Wired, tmp_path: Path) -> Iterator[Callable[[str], CommandLine]]:
    """The command line of the demo user with this name."""
    with api_server(application) as url:
        yield lambda name: CommandLine(
            {"BOKABRIDGE_STACK_FILE": str(write_stack_file(tmp_path, url, application, name))}
        )


@pytest.fixture
def cli(caller: Callable[[str], CommandLine]) -> CommandLine:
    """The superadmin's command line."""
    return caller("superadmin")


@pytest.fixture
def connected(cli: CommandLine, tmp_path: Path) -> CommandLine:
    """The superadmin's command line; the first company is connected to Axema."""
    saved = cli.run("settings", "set", *axema_members(COMPANY_ID, tmp_path))
    assert saved.code == 0, saved.err
    return cli

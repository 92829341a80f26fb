"""The command line as different callers, against the functions over real HTTP."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.identity.users import USERS
from tests.api_server import api_server
from tests.aws_account import OUTPUTS, FakeStack, aws_account
from tests.command_line import CommandLine, axema_members, write_stack_file
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.wired import Wired, wired

PEOPLE = 7


@pytest.fixture
def application() -> Iterator[Wired]:
    with wired({COMPANY_ID: PEOPLE, OTHER_COMPANY_ID: 1}) as found:
        yield found


@pytest.fixture
def deployed() -> FakeStack:
    """The stack, as CloudFormation knows it."""
    return FakeStack(outputs=OUTPUTS)


@pytest.fixture
def caller(application: Wired, deployed: FakeStack, tmp_path: Path) -> Iterator[Callable[[str], CommandLine]]:
    """The command line of the demo user with this name."""
    with api_server(application) as api_url, aws_account(deployed) as aws_url:

        def command_line(name: str) -> CommandLine:
            file = write_stack_file(tmp_path, api_url, aws_url, application.realm.issue(USERS[name], 600))
            return CommandLine({"BOKABRIDGE_STACK_FILE": str(file)})

        yield command_line


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

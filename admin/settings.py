"""`bokabridge settings`: a company's Axema settings."""

import difflib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from admin.client import AnyOperation
from admin.command import Company, command, group
from admin.exits import ApiError, ExitCode
from admin.output import print_one
from admin.session import Session
from bokabridge.errors import InvalidInput
from bokabridge.operations.settings import (
    ADD_AXEMA_CODE_LOCK_SETTING,
    GET_AXEMA_CODE_LOCK_SETTING,
    TEST_AXEMA_CODE_LOCK_SETTING,
    UPDATE_AXEMA_CODE_LOCK_SETTING,
    AxemaSettingsRequest,
)
from bokabridge.settings.kinds import secret_types

app = group("Show, save and test a company's Axema settings.")

_FIELDS = AxemaSettingsRequest.model_fields
NAMES = {str(field.alias): name in secret_types() for name, field in _FIELDS.items() if name != "company_id"}
"""The members' names on the wire, and whether they are secrets."""


def _complete(incomplete: str) -> list[str]:
    return [f"{name}=" for name in NAMES if name.lower().startswith(incomplete.lower())]


_MEMBERS = typer.Argument(
    metavar="NAME=VALUE...",
    help=f"{', '.join(NAMES)}. A secret is NAME=@FILE, or NAME=- to be asked for it.",
    autocompletion=_complete,
    show_default=False,
)
Members = Annotated[list[str], _MEMBERS]
OptionalMembers = Annotated[list[str] | None, _MEMBERS]


@command(app, "get")
def get(session: Session, company: Company = None) -> None:
    """Show the settings, without their secrets."""
    print_one(session.api.call(GET_AXEMA_CODE_LOCK_SETTING, CompanyId=company), session.format)


@command(app, "set")
def save(session: Session, members: Members, company: Company = None) -> None:
    """Save members of the settings; the others keep their values."""
    given = parse(members)
    print_one(session.api.call(_operation(session, company), CompanyId=company, **given), session.format)


@command(app, "test")
def try_out(session: Session, members: OptionalMembers = None, company: Company = None) -> None:
    """Test the connection to Axema, with these members in place of the stored ones. Exit code 1 if it does not work."""
    trial = session.api.call(TEST_AXEMA_CODE_LOCK_SETTING, CompanyId=company, **parse(members or []))
    print_one(trial, session.format)
    if not trial["Success"]:
        raise typer.Exit(ExitCode.BAD_NEWS)


def _operation(session: Session, company: str | None) -> AnyOperation:
    """PUT, or POST for a company without settings."""
    try:
        session.api.call(GET_AXEMA_CODE_LOCK_SETTING, CompanyId=company)
    except ApiError as error:
        if error.status != 404:
            raise
        return ADD_AXEMA_CODE_LOCK_SETTING
    return UPDATE_AXEMA_CODE_LOCK_SETTING


def parse(members: Sequence[str]) -> Mapping[str, str]:
    """The members' values by their names. Raises InvalidInput."""
    given = {}
    for member in members:
        written, equals, value = member.partition("=")
        name = _name(written) if equals else ""
        if not name:
            raise InvalidInput(f"'{written}' is not of the form NAME=VALUE.")
        given[name] = _secret(name, value) if NAMES[name] else value
    return given


def _name(written: str) -> str:
    by_lower = {name.lower(): name for name in NAMES}
    name = by_lower.get(written.strip().lower())
    if name is None:
        nearest = difflib.get_close_matches(written.lower(), by_lower, n=1)
        advice = f"Did you mean {by_lower[nearest[0]]}?" if nearest else f"There are {', '.join(NAMES)}."
        raise InvalidInput(f"The settings have no '{written}'. {advice}")
    return name


def _secret(name: str, value: str) -> str:
    """The secret from a file, from the terminal without an echo, or from a line of standard input."""
    if value == "-":
        if sys.stdin.isatty():
            return str(typer.prompt(name, hide_input=True, err=True))
        return sys.stdin.readline().rstrip("\r\n")
    if value.startswith("@"):
        try:
            return Path(value[1:]).read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise InvalidInput(f"{name}: the file {value[1:]} is not readable.") from None
    raise InvalidInput(
        f"{name} is a secret, and everybody on this machine can see a command's arguments. Write {name}=@FILE, or "
        f"{name}=- to be asked for it."
    )

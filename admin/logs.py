"""`bokabridge logs`: what a function logged. It uses AWS credentials."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from admin.command import command
from admin.output import print_rows
from admin.session import Session
from bokabridge.clock import utc_now
from bokabridge.errors import NotFound
from bokabridge.wiring.operator import LEVELS

Level = StrEnum("Level", [(name, name) for name in LEVELS])  # type: ignore[misc]  # mypy knows literal names only

_LINE = ("Timestamp", "Level", "Message", "Fields")
_NOT_SHOWN = frozenset({"timestamp", "level", "message", "location", "service", "exception", "stack_trace"})


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "logs", has_csv=True)(logs)


def logs(
    session: Session,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="The end of the log group, such as voss-api.", show_default=False),
    ],
    minutes: Annotated[int, typer.Option(help="How far back.", min=1, max=60 * 24 * 90)] = 60,
    level: Annotated[Level, typer.Option(help="This level and above.", case_sensitive=False)] = Level.INFO,  # type: ignore[attr-defined]
) -> None:
    """Show what a function logged, without the texts of exceptions, which --json adds."""
    lines = session.deployed.log_lines()
    if name not in (known := lines.groups()):
        raise NotFound(f"The stack has no log group {name}. There are {', '.join(known)}.")
    found = lines.read(name, utc_now() - timedelta(minutes=minutes), level.value)
    print_rows((_row(line) for line in found), _LINE, session.format, "There are no such lines.")


def _row(line: Mapping[str, Any]) -> dict[str, Any]:
    """The line's own members for JSON, and the columns of a table."""
    fields = {name: value for name, value in line.items() if name not in _NOT_SHOWN}
    return {
        "Timestamp": line.get("timestamp"),
        "Level": line["level"],
        "Message": line["message"],
        "Fields": fields,
        "Exception": line.get("exception"),
    }

"""`bokabridge health`: how companies' syncs are."""

from typing import Annotated

import typer

from admin.command import Company, command
from admin.output import print_one, print_rows
from admin.session import Session
from bokabridge.operations.health import GET_AXEMA_HEALTH, QUERY_AXEMA_HEALTH

_HEALTH = (
    *("CompanyId", "Active", "Paused", "FailuresInRow", "LastCompletedDate", "UsersFound", "UsersMissing", "NextRun"),
    "RunningId",
)

All = Annotated[bool, typer.Option("--all", help="List all companies with Axema settings, worst first.")]


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""

    @command(app, "health", has_csv=True)
    def health(session: Session, company: Company = None, show_all: All = False) -> None:
        """Show how a company's syncs are: the last completed one, failures in a row, the next and the running one."""
        if show_all:
            rows = session.api.listed(QUERY_AXEMA_HEALTH)
            print_rows(rows, _HEALTH, session.format, "No company has Axema settings.")
        else:
            print_one(session.api.call(GET_AXEMA_HEALTH, CompanyId=company), session.format)

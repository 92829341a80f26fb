"""`bokabridge why`: why a person is a customer or is not."""

from typing import Annotated

import typer

from admin.command import Company, command
from admin.output import print_rows
from admin.session import Session
from bokabridge.operations.usersync_users import QUERY_AXEMA_USERS

_PERSON = (
    *("AxemaUserId", "CustomerId", "Visible", "Listed", "MissingSince", "Skipped", "Reason"),
    *("ChangedBy", "ChangedDate", "NextStep"),
)

Text = Annotated[str, typer.Argument(metavar="TEXT", help="An Axema user id, a name, an e-mail or a phone.")]


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""

    @command(app, "why", has_csv=True)
    def why(session: Session, text: Text, company: Company = None) -> None:
        """Say why a person is a customer or is not. It shows ids, and no names."""
        found = session.api.call(QUERY_AXEMA_USERS, CompanyId=company, Search=text)["Results"]
        rows = [{name: each[name] for name in _PERSON if name in each} for each in found]
        print_rows(rows, _PERSON, session.format, "No sync and no customer is found by this text.")

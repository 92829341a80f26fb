"""`bokabridge tables`: bring back items that a table has lost. It uses AWS credentials."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from admin.command import command, group
from admin.output import print_one
from admin.session import Session
from bokabridge.dates import parse_date
from bokabridge.errors import InvalidInput


class TableName(StrEnum):
    """The tables, by their logical ids."""

    USER_SYNC = "UserSyncTable"
    CUSTOMERS = "CustomersTable"
    API_KEYS = "ApiKeysTable"
    USAGE = "UsageTable"


TableArgument = Annotated[TableName, typer.Argument(metavar="TABLE", help=", ".join(TableName), show_default=False)]

app = group("Restore a table's earlier state and put lost items back, with your AWS credentials.")


@command(app, "restore")
def restore(
    session: Session,
    table: TableArgument,
    at: Annotated[str, typer.Option(help="The state at this time, in ISO 8601, by default in UTC.")],
) -> None:
    """Begin to restore a table's state at a time into a new table. The stack goes on with its own."""
    print_one({"RestoredTable": session.deployed.restore_table(table.value, _time(at))}, session.format)


@command(app, "put-back")
def put_back(
    session: Session,
    restored: Annotated[str, typer.Argument(metavar="RESTORED", help="The restored table.", show_default=False)],
    table: TableArgument,
    apply: Annotated[bool, typer.Option("--apply", help="Put them back. Without it, only count them.")] = False,
) -> None:
    """Put the items that a table lacks back from a restored one. Items that the table has stay as they are."""
    found = session.deployed.put_back(restored, table.value, only_count=not apply)
    if apply and table is TableName.CUSTOMERS:
        session.deployed.compare_everybody(found.companies)
    counts = {"Present": found.present, "Missing": found.missing, "PutBack": found.missing if apply else 0}
    print_one({**counts, "Companies": sorted(found.companies)}, session.format)


def _time(text: str) -> datetime:
    try:
        at = parse_date(text)
    except ValueError:
        raise InvalidInput(f"'{text}' is not a time such as 2026-11-26T02:00:00Z.") from None
    if at >= datetime.now(UTC):
        raise InvalidInput(f"{text} is not in the past.")
    return at

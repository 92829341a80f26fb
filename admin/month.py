"""`bokabridge usage month`: a month's usages, added up by company, article and state."""

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from admin.command import Companies, command
from admin.exits import ApiError
from admin.output import print_rows
from admin.session import Session
from bokabridge.dates import format_date
from bokabridge.errors import InvalidInput
from bokabridge.operations.voss import QUERY_VOSS_USAGES
from bokabridge.settings.schedule import is_timezone

_COLUMNS = ("CompanyId", "ArticleNumber", "State", "Usages", "Quantity")


def month_of(text: str, timezone: str) -> tuple[datetime, datetime]:
    """The beginning and the end of a month like 2026-11, where its days begin at midnight. Raises InvalidInput."""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text, re.ASCII)
    if found is None or not 2000 <= int(found[1]) < 9999:
        raise InvalidInput(f"'{text}' is not a month like 2026-11.")
    if not is_timezone(timezone):
        raise InvalidInput(f"'{timezone}' is not a time zone like Europe/Stockholm.")
    year, month, zone = int(found[1]), int(found[2]), ZoneInfo(timezone)
    begin = datetime(year, month, 1, tzinfo=zone)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def sums(usages: Iterable[Any]) -> list[dict[str, Any]]:
    """Usages added up by company, article and state. A usage that a list shows twice counts once."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for usage in {usage["Id"]: usage for usage in usages}.values():
        key = usage["CompanyId"], usage["ArticleNumber"], usage["State"]
        row = rows.setdefault(key, dict(zip(_COLUMNS, (*key, 0, 0), strict=True)))
        row["Usages"] += 1
        row["Quantity"] += usage["Quantity"]
    return [rows[key] for key in sorted(rows)]


def _companies(session: Session, named: Sequence[str]) -> Sequence[str | None]:
    """The named companies; without a name all companies for a superadmin, and the caller's own for others."""
    if named:
        return named
    try:
        session.api.call(QUERY_VOSS_USAGES, CompanyId=str(uuid.uuid4()), Take=0)  # only a superadmin may ask this
    except ApiError as refused:
        if refused.status != 403:
            raise
        return [None]
    return session.deployed.companies_with_usages()


def register(app: typer.Typer) -> None:
    """Adds the command to the group `usage`."""
    command(app, "month", has_csv=True)(month)


def month(
    session: Session,
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Such as 2026-11.", show_default=False)],
    company: Companies = None,
    timezone: Annotated[str, typer.Option(help="Where the month's days begin at midnight.")] = "Europe/Stockholm",
) -> None:
    """Add up a month's usages by company, article and state: of all companies for a superadmin."""
    begin, end = month_of(month, timezone)
    period = {"From": format_date(begin), "To": format_date(end)}
    usages = (
        usage
        for company_id in _companies(session, company or [])
        for usage in session.api.listed(QUERY_VOSS_USAGES, CompanyId=company_id, **period)
    )
    print_rows(sums(usages), _COLUMNS, session.format, "There are no usages in this month.")

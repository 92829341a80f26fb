"""`bokabridge usage`: the usages in the ledger, and what became of them in VOSS."""

import sys
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from admin.command import Company, command, group
from admin.exits import ApiError
from admin.output import print_one, print_rows
from admin.session import Session
from bokabridge.errors import DeliveryUnclear, InvalidInput
from bokabridge.operations.voss import (
    CREATE_VOSS_USAGE,
    GET_VOSS_USAGE,
    KEY_HEADER,
    QUERY_VOSS_USAGES,
    SETTLE_VOSS_USAGE,
)
from bokabridge.operations.voss_usages import REPLAYED, USAGE_ID_HEADER
from bokabridge.voss.usage import SettlementOutcome, UsageState

app = group("Send usages to VOSS, and look at what became of them.")

State = StrEnum("State", [state.value for state in UsageState])  # type: ignore[misc]  # mypy knows literal names only
UsageId = Annotated[str, typer.Argument(metavar="ID", help="The usage's id.", show_default=False)]

_USAGE = ("Id", "State", "ArticleNumber", "Quantity", "CreatedDate", "UpdatedDate", "Reason")


class Decision(StrEnum):
    """A person's decision about a disputed usage."""

    BILLED = "billed"
    NOT_BILLED = "not-billed"


@command(app, "send")
def send(
    session: Session,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The article's number.", show_default=False)],
    quantity: Annotated[int, typer.Argument(metavar="QUANTITY", min=1, show_default=False)],
    company: Company = None,
    key: Annotated[str | None, typer.Option(help=f"The {KEY_HEADER}. The same key never bills twice.")] = None,
) -> None:
    """Send a usage to VOSS. Exit code 7 if it is not known whether it is billed: send it again with its key."""
    if key is None:
        key = str(uuid.uuid4())
        print(f"{KEY_HEADER}: {key}", file=sys.stderr, flush=True)  # before the request, which may be interrupted
    order = {"CompanyId": company or _own_company(session), "ArticleNumber": article, "Quantity": quantity}
    try:
        reply = session.api.send(CREATE_VOSS_USAGE, order, {KEY_HEADER: key})
    except ApiError as error:
        if error.status < 500 or error.code == "ServiceUnavailable":
            raise
        raise ApiError(error.status, "OutcomeUnknown", f"{error} {_repeat(key)}", error.meta) from None
    except DeliveryUnclear as error:
        raise DeliveryUnclear(f"{error} {_repeat(key)}") from None
    sent = {"UsageId": reply.headers.get(USAGE_ID_HEADER), KEY_HEADER: key, "Replayed": _is_replayed(reply.headers)}
    print_one({**sent, "Result": reply.body}, session.format)


@command(app, "list", has_csv=True)
def list_usages(
    session: Session,
    company: Company = None,
    state: Annotated[State | None, typer.Option(help="Only usages in this state.", case_sensitive=False)] = None,
    since: Annotated[str | None, typer.Option("--from", help="Created at this date or later, in ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Created before this date.")] = None,
) -> None:
    """List a company's usages, newest first."""
    found = session.api.listed(QUERY_VOSS_USAGES, CompanyId=company, State=state, From=since, To=until)
    print_rows(found, _USAGE, session.format, "There are no such usages.")


@command(app, "show")
def show(session: Session, usage_id: UsageId, company: Company = None) -> None:
    """Show a usage and what became of it in VOSS."""
    print_one(session.api.call(GET_VOSS_USAGE, Id=usage_id, CompanyId=company), session.format)


@command(app, "settle")
def settle(
    session: Session,
    usage_id: UsageId,
    decision: Annotated[Decision, typer.Argument(metavar="billed|not-billed", show_default=False)],
    note: Annotated[str, typer.Option(help="Why, in your own words. The usage keeps it.", prompt=True)],
    company: Company = None,
) -> None:
    """Decide as a superadmin whether a disputed usage is billed. The decision is final."""
    outcome = SettlementOutcome.Billed if decision is Decision.BILLED else SettlementOutcome.NotBilled
    usage = session.api.call(SETTLE_VOSS_USAGE, Id=usage_id, CompanyId=company, Outcome=outcome.value, Note=note)
    print_one(usage, session.format)


def _own_company(session: Session) -> str:
    """The local stack's first company. Elsewhere the caller has to name the company that pays."""
    if not session.is_local:
        raise InvalidInput("Name the company with --company.")
    return str(session.local["Companies"][0]["CompanyId"])


def _repeat(key: str) -> str:
    return f"Send it again with --key {key}: it is not billed twice."


def _is_replayed(headers: Mapping[str, str]) -> bool:
    return all(headers.get(name) == value for name, value in REPLAYED.items())

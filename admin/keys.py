"""`bokabridge keys`: the companies' API keys. It uses AWS credentials, because no operation issues keys."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import uuid4

import typer

from admin.command import Company, RequiredCompany, command, group
from admin.output import Format, print_json, print_rows
from admin.session import Session
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.ports import ApiKeyStore
from bokabridge.auth.principal import READ, WRITE
from bokabridge.auth.recent import MAX_AGE
from bokabridge.errors import InvalidInput, NotFound

ROLES = {"read": READ, "write": WRITE}
MAX_DAYS = 3650

app = group("Issue, list and revoke the companies' API keys, with your AWS credentials.")

_ID = re.compile(r"(?:api-key-)?([0-9a-f]{16,64})")
_COLUMNS = ("Id", "CompanyId", "Role", "Ends", "State", "LastUse")


class Role(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"


def new_api_key(store: ApiKeyStore, company_id: str, role: str, expires_at: datetime | None = None) -> str:
    """Stores the hash of a new key and returns the key. `role` is read or write. None: the key never expires."""
    key = str(uuid4())
    store.put(ApiKey(hash_of(key), company_id, frozenset({ROLES[role]}), expires_at=expires_at))
    return key


def rows_of(keys: Sequence[ApiKey], now: datetime) -> list[dict[str, Any]]:
    """The keys with those of one company together. Dates are in UTC."""
    return [
        dict(zip(_COLUMNS, _values(key, now), strict=True))
        for key in sorted(keys, key=lambda key: (key.company_id, key.id))
    ]


def revoked(store: ApiKeyStore, given: str) -> str:
    """Revokes the key with this id, and returns what was done as a sentence. Raises InvalidInput or NotFound."""
    match = _ID.fullmatch(given.strip().lower())
    if match is None:
        raise InvalidInput("The id must be the 16 digits that `bokabridge keys list` shows.")
    found = [key for key in store.list() if key.key_hash.startswith(match[1])]
    if len(found) != 1:
        raise NotFound(f"There is no API key with the id {match[1]}. `bokabridge keys list` shows all ids.")
    (key,) = found
    if not key.active:
        return f"The API key {key.id} of company {key.company_id} was revoked before."
    if not store.revoke(key.key_hash):
        raise NotFound(f"The API key {key.id} was deleted in the meantime.")
    return f"Revoked the API key {key.id} of company {key.company_id}. It stops working within {MAX_AGE.seconds} s."


def parse_days(text: str) -> timedelta | None:
    """The time that a key is valid; None: it never expires. Raises InvalidInput."""
    if text.strip() == "never":
        return None
    digits = text.strip()
    days = int(digits) if re.fullmatch(r"[0-9]{1,5}", digits, re.ASCII) else 0
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(f"--days must be a whole number from 1 to {MAX_DAYS}, or never for a key without an end.")
    return timedelta(days=days)


@command(app, "issue")
def issue(
    session: Session,
    company: RequiredCompany,
    role: Annotated[Role, typer.Option(help="What the key may do.")] = Role.WRITE,
    days: Annotated[
        str, typer.Option(metavar="DAYS", help=f"How long it is valid: 1 to {MAX_DAYS}, or never.")
    ] = "never",
    force: Annotated[bool, typer.Option("--force", help="Also for a company that the stack does not know.")] = False,
) -> None:
    """Issue an API key, and show it this once."""
    lifetime = parse_days(days)
    stack = session.deployed
    if not force and not stack.companies.has(company):
        raise NotFound(
            f"The stack '{stack.name}' knows no company {company}: it has no settings, jobs, customers or usages of "
            "it. Check the id. If it is right, repeat the command with --force."
        )
    ends_at = datetime.now(UTC) + lifetime if lifetime else None
    key = new_api_key(stack.api_keys, company, role.value, ends_at)
    if session.format is Format.JSON:
        print_json({"ApiKey": key, "Id": ApiKey(hash_of(key), company, frozenset()).id, "Ends": _minute(ends_at)})
    else:
        print(key)


@command(app, "list", has_csv=True)
def list_keys(session: Session, company: Company = None) -> None:
    """List the API keys and the hour of their last use, of all companies unless one is named."""
    keys = [key for key in session.deployed.api_keys.list() if company in (None, key.company_id)]
    print_rows(rows_of(keys, datetime.now(UTC)), _COLUMNS, session.format, "There are no API keys.")


@command(app, "revoke")
def revoke(
    session: Session,
    key_id: Annotated[
        str, typer.Argument(metavar="ID", help="The key's id, as the list shows it.", show_default=False)
    ],
) -> None:
    """Make an API key unusable."""
    done = revoked(session.deployed.api_keys, key_id)
    if session.format is Format.JSON:
        print_json({"Message": done})
    else:
        print(done)


def _values(key: ApiKey, now: datetime) -> Sequence[str | None]:
    roles = ",".join(name for name, role in ROLES.items() if role in key.roles) or None
    has_ended = key.expires_at is not None and key.expires_at <= now
    state = "revoked" if not key.active else "ended" if has_ended else "active"
    return key.id, key.company_id, roles, _minute(key.expires_at) or "never", state, _minute(key.last_used_at)


def _minute(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"

"""The companies' API keys in a deployed stack: issue one, list them, revoke one."""

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.ports import ApiKeyStore
from bokabridge.auth.principal import READ, WRITE
from bokabridge.auth.recent import MAX_AGE
from bokabridge.errors import BridgeError, InvalidInput, NotFound
from bokabridge.ids import EMPTY_GUID, parse_stored_id
from bokabridge.wiring.operator import DeployedStack, as_sentences, deployed_stack

ROLES = {"read": READ, "write": WRITE}
MAX_DAYS = 3650

_ID = re.compile(r"(?:api-key-)?([0-9a-f]{16,64})")
_ROW = "{:<16}  {:<36}  {:<10}  {:<16}  {:<7}  {}"


def new_api_key(store: ApiKeyStore, company_id: str, role: str, expires_at: datetime | None = None) -> str:
    """Stores the hash of a new key and returns the key. `role` is read or write. None: the key never expires."""
    key = str(uuid4())
    store.put(ApiKey(hash_of(key), company_id, frozenset({ROLES[role]}), expires_at=expires_at))
    return key


def table_of(keys: Sequence[ApiKey], now: datetime) -> str:
    """The keys, one to a line, with those of one company together."""
    rows = [("ID", "COMPANY", "ROLE", "ENDS", "STATE", "LAST USED (UTC)")]
    for key in sorted(keys, key=lambda key: (key.company_id, key.id)):
        roles = ",".join(name for name, role in ROLES.items() if role in key.roles) or "-"
        has_ended = key.expires_at is not None and key.expires_at <= now
        state = "revoked" if not key.active else "ended" if has_ended else "active"
        rows.append(
            (key.id, key.company_id, roles, _minute(key.expires_at, "never"), state, _minute(key.last_used_at, "-"))
        )
    return "\n".join(_ROW.format(*row).rstrip() for row in rows)


def revoke(store: ApiKeyStore, given: str) -> str:
    """Revokes the key with this id, and returns what was done as a sentence. Raises InvalidInput or NotFound."""
    match = _ID.fullmatch(given.strip().lower())
    if match is None:
        raise InvalidInput("ID must be the 16 digits that `make api-keys` shows.")
    found = [key for key in store.list() if key.key_hash.startswith(match[1])]
    if len(found) != 1:
        raise NotFound(f"There is no API key with the id {match[1]}. `make api-keys` shows all ids.")
    (key,) = found
    if not key.active:
        return f"The API key {key.id} of company {key.company_id} was revoked before."
    if not store.revoke(key.key_hash):
        raise NotFound(f"The API key {key.id} was deleted in the meantime.")
    return f"Revoked the API key {key.id} of company {key.company_id}. It stops working within {MAX_AGE.seconds} s."


def parse_company(text: str) -> str:
    """A company's id in our spelling. Raises InvalidInput."""
    company_id = parse_stored_id(text.strip())
    if company_id is None or company_id == EMPTY_GUID:
        raise InvalidInput("COMPANY must be the company's id, such as 11111111-1111-4111-8111-111111111111.")
    return company_id


def parse_days(text: str | None) -> timedelta | None:
    """The time that a key is valid; None: it never expires. Raises InvalidInput."""
    if text is None or text.strip() == "never":
        return None
    digits = text.strip()
    days = int(digits) if re.fullmatch(r"[0-9]{1,5}", digits, re.ASCII) else 0
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(f"DAYS must be a whole number from 1 to {MAX_DAYS}, or never for a key without an end.")
    return timedelta(days=days)


def _minute(at: datetime | None, none: str) -> str:
    return none if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _issue(given: argparse.Namespace, now: datetime) -> str:
    company_id, lifetime = parse_company(given.company), parse_days(given.days)
    if given.role not in ROLES:
        raise InvalidInput("ROLE must be read or write.")
    stack = _stack(given)
    if not given.force and not stack.companies.has(company_id):
        raise NotFound(
            f"The stack '{stack.name}' knows no company {company_id}: it has no settings, jobs, customers or usages of "
            "it. Check the id. If it is right, repeat the command with FORCE=1."
        )
    return new_api_key(stack.api_keys, company_id, given.role, now + lifetime if lifetime else None)


def _list(given: argparse.Namespace, now: datetime) -> str:
    company_id = parse_company(given.company) if given.company else None
    keys = [key for key in _stack(given).api_keys.list() if company_id in (None, key.company_id)]
    return table_of(keys, now) if keys else "There are no API keys."


def _revoke(given: argparse.Namespace, _: datetime) -> str:
    return revoke(_stack(given).api_keys, given.id)


def _stack(given: argparse.Namespace) -> DeployedStack:
    if not given.stack:
        raise InvalidInput("STACK must be the stack's name, such as bokabridge-prod.")
    return deployed_stack(given.stack)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", default="", help="the stack's name, such as bokabridge-prod")
    commands = parser.add_subparsers(required=True)
    issue = commands.add_parser("issue", help="print a new key, once")
    issue.add_argument("--company", default="", help="the id of the company that the key belongs to")
    issue.add_argument("--role", default="write", help="read or write")
    issue.add_argument("--days", help="the number of days that the key is valid, or never (default)")
    issue.add_argument("--force", action="store_true", help="also for a company that the stack does not know")
    issue.set_defaults(run=_issue)
    listing = commands.add_parser("list", help="print the keys of a company, or all")
    listing.add_argument("--company", default="", help="the company's id")
    listing.set_defaults(run=_list)
    revocation = commands.add_parser("revoke", help="make a key unusable")
    revocation.add_argument("--id", default="", help="the key's id, as the list shows it")
    revocation.set_defaults(run=_revoke)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Returns 1, with a sentence on standard error, if it was not possible."""
    given = _arguments(arguments)
    try:
        with as_sentences():
            print(given.run(given, datetime.now(UTC)))
    except BridgeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

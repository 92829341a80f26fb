"""Issues a company's API key: prints the key once, and stores its hash in the deployed stack's table."""

import argparse
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.ports import ApiKeyStore
from bokabridge.auth.principal import READ, WRITE
from bokabridge.wiring.operator import api_keys

ROLES = {"read": READ, "write": WRITE}


def new_api_key(store: ApiKeyStore, company_id: str, role: str, expires_at: datetime | None = None) -> str:
    """Stores the hash of a new key and returns the key. `role` is read or write. None: the key never expires."""
    key = str(uuid4())
    store.put(ApiKey(hash_of(key), company_id, frozenset({ROLES[role]}), expires_at=expires_at))
    return key


def main() -> None:
    """Reads the command line and issues the key."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", required=True, help="the stack's name, such as bokabridge-prod")
    parser.add_argument("--company", required=True, type=UUID, help="the id of the company that the key belongs to")
    parser.add_argument("--role", choices=ROLES, default="write")
    parser.add_argument("--days", type=int, help="the number of days that the key is valid (default: for good)")
    given = parser.parse_args()
    expires_at = datetime.now(UTC) + timedelta(days=given.days) if given.days else None
    print(new_api_key(api_keys(given.stack), str(given.company), given.role, expires_at))


if __name__ == "__main__":
    main()

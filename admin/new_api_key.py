"""Issues a company's API key: prints it once, and stores its hash in the deployed stack's table."""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.principal import READ, WRITE
from bokabridge.wiring.operator import api_keys

ROLES = {"read": READ, "write": WRITE}


class Keys(Protocol):
    """Where hashes are kept."""

    def put(self, key: ApiKey) -> None:
        """Stores a key."""


def new_api_key(store: Keys, company_id: str, role: str, expires_at: datetime | None = None) -> str:
    """Stores the hash of a new key, and gives the key. `role` is read or write; without an end it is good for ever."""
    key = str(uuid4())
    store.put(ApiKey(hash_of(key), company_id, frozenset({ROLES[role]}), expires_at=expires_at))
    return key


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", required=True, help="the stack's name, like bokabridge-prod")
    parser.add_argument("--company", required=True, type=UUID, help="the id of the company that the key is for")
    parser.add_argument("--role", choices=ROLES, default="write")
    parser.add_argument("--days", type=int, help="how long it is good; for ever, if not given")
    given = parser.parse_args()
    expires_at = datetime.now(UTC) + timedelta(days=given.days) if given.days else None
    print(new_api_key(api_keys(given.stack), str(given.company), given.role, expires_at))


if __name__ == "__main__":
    main()

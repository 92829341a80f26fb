"""A company's API key (public-facts 1.7): a GUID that is known to its owner only; we keep its hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from uuid import UUID

from bokabridge.auth.principal import KNOWN_ROLES, SUPERADMIN, Principal
from bokabridge.errors import Unauthenticated

_ROLES = KNOWN_ROLES - {SUPERADMIN}
"""What a key can bear: it belongs to one company, so none opens them all."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key. `allowed` are addresses or networks it may come from; () is from anywhere."""

    key_hash: str
    company_id: str
    roles: frozenset[str]
    active: bool = True
    expires_at: datetime | None = None
    allowed: tuple[str, ...] = ()

    def principal(self, source_ip: str, now: datetime) -> Principal:
        """Whom the key lets in. Raises Unauthenticated: to whoever may not use a key, it is as if there were none."""
        if not self.active:
            raise Unauthenticated("the API key is not active")
        if self.expires_at is not None and self.expires_at <= now:
            raise Unauthenticated("the API key has expired")
        if self.allowed and not any(_contains(place, source_ip) for place in self.allowed):
            raise Unauthenticated("the API key may not be used from this address")
        return Principal(f"api-key-{self.key_hash[:16]}", self.company_id, self.roles & _ROLES)


def hash_of(key: str) -> str:
    """The hash by which a key is found; how the GUID is written does not matter. Raises Unauthenticated if it is none.

    A plain SHA-256 will do: 122 random bits cannot be guessed, as a password could.
    """
    try:
        guid = UUID(key.strip())
    except ValueError:
        raise Unauthenticated("the API key is not a GUID") from None
    return hashlib.sha256(str(guid).encode()).hexdigest()


def _contains(place: str, source_ip: str) -> bool:
    """An entry that nobody can read allows nobody."""
    try:
        return ip_address(source_ip) in ip_network(place, strict=False)
    except ValueError:
        return False

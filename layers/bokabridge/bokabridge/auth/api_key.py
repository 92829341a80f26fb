"""A company's API key (public-facts 1.7): a GUID that only its owner knows. We store its hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from bokabridge.auth.principal import KNOWN_ROLES, SUPERADMIN, Principal
from bokabridge.errors import Unauthenticated
from bokabridge.ids import parse_guid

_ROLES = KNOWN_ROLES - {SUPERADMIN}
"""The roles that a key can have. A key belongs to one company, so it never opens the others."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key. `allowed` lists the addresses and networks that may use it; () permits every address.

    `last_used_at` is the hour of the key's last use, or None if no use was recorded.
    """

    key_hash: str
    company_id: str
    roles: frozenset[str]
    active: bool = True
    expires_at: datetime | None = None
    allowed: tuple[str, ...] = ()
    last_used_at: datetime | None = None

    @property
    def id(self) -> str:
        """What operators and logs call the key. It does not reveal the key."""
        return self.key_hash[:16]

    def principal(self, source_ip: str, now: datetime) -> Principal:
        """The key's principal. Raises Unauthenticated: a key that may not be used is the same as no key."""
        if not self.active:
            raise Unauthenticated("the API key is not active")
        if self.expires_at is not None and self.expires_at <= now:
            raise Unauthenticated("the API key has expired")
        if self.allowed and not any(_contains(place, source_ip) for place in self.allowed):
            raise Unauthenticated("the API key may not be used from this address")
        return Principal(f"api-key-{self.id}", self.company_id, self.roles & _ROLES)


def hash_of(key: str) -> str:
    """The hash by which a key is stored, the same for every spelling of the GUID. Raises Unauthenticated.

    A plain SHA-256 is enough: 122 random bits cannot be guessed, unlike a password.
    """
    guid = parse_guid(key)
    if guid is None:
        raise Unauthenticated("the API key is not a GUID")
    return hashlib.sha256(guid.encode()).hexdigest()


def _contains(place: str, source_ip: str) -> bool:
    """True if the address is in the place. An entry that cannot be parsed permits no address."""
    try:
        return ip_address(source_ip) in ip_network(place, strict=False)
    except ValueError:
        return False

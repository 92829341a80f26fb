"""The demo's users, one for every kind of caller. Their names and passwords are invented."""

from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

from bokabridge.auth.principal import READ, SUPERADMIN, WRITE
from local.companies import COMPANIES

_NAMESPACE = uuid5(NAMESPACE_DNS, "identity.example.org")


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user who can sign in. `roles` are the realm's roles."""

    name: str
    password: str
    company_id: str
    roles: tuple[str, ...]

    @property
    def id(self) -> str:
        """The token's `sub`."""
        return str(uuid5(_NAMESPACE, self.name))


USERS = {
    "write": DemoUser("wilma.write", "Vinterbad-17", COMPANIES[0].id, (WRITE,)),
    "read": DemoUser("rasmus.read", "Blabarssylt-4", COMPANIES[0].id, (READ,)),
    "superadmin": DemoUser("signe.super", "Norrsken-2026", COMPANIES[0].id, (SUPERADMIN,)),
    "none": DemoUser("nils.none", "Lagom-Kaffe-3", COMPANIES[0].id, ()),
    "otherCompany": DemoUser("olle.other", "Midsommar-22", COMPANIES[1].id, (WRITE,)),
}
"""The users by their names in `.local/stack.json`."""

"""Who is calling, as the authorizer says it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bokabridge.errors import Forbidden, InvalidInput, InvalidRole, Unauthenticated

WRITE = "bookingsupplier-administrator-write"
READ = "bookingsupplier-administrator-read"
SUPERADMIN = "superadmin"

KNOWN_ROLES = frozenset({WRITE, READ, SUPERADMIN})
"""All that any rule asks for. Whatever else an identity server calls a role never gets further than the authorizer."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose identity was verified: their company (None: no company of their own) and roles."""

    subject: str
    company_id: str | None
    roles: frozenset[str]

    def require_any(self, roles: Collection[str]) -> None:
        """Raises InvalidRole unless the caller has one of these roles."""
        if self.roles.isdisjoint(roles):
            raise InvalidRole

    def company_for(self, requested: str | None) -> str:
        """The company to act for: the caller's own unless another is requested, which only a superadmin may do.

        Raises InvalidInput when there is neither, Forbidden.
        """
        if requested is None:
            if self.company_id is None:
                raise InvalidInput("'Company Id' must be given: you have no company of your own.", "CompanyId")
            return self.company_id
        if requested != self.company_id and SUPERADMIN not in self.roles:
            raise Forbidden("You may only act for your own company.")
        return requested


def from_authorizer(context: Mapping[str, Any] | None) -> Principal:
    """The principal in API Gateway's authorizer context: `principalId`, `companyId`, `roles` (separated by spaces).

    Raises Unauthenticated when no authorizer vouched for the caller.
    """
    if not context or not context.get("principalId"):
        raise Unauthenticated("no authorizer")
    return Principal(
        subject=str(context["principalId"]),
        company_id=context.get("companyId") or None,
        roles=frozenset(str(context.get("roles") or "").split()),
    )

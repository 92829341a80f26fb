"""The principal: a caller whose identity the authorizer has verified."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bokabridge.errors import Forbidden, InvalidInput, InvalidRole, Unauthenticated

WRITE = "bookingsupplier-administrator-write"
READ = "bookingsupplier-administrator-read"
SUPERADMIN = "superadmin"

KNOWN_ROLES = frozenset({WRITE, READ, SUPERADMIN})
"""The roles that operations ask for. The authorizer drops every other role of the identity server."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller, with their company (None: no company of their own) and their roles."""

    subject: str
    company_id: str | None
    roles: frozenset[str]

    def require_any(self, roles: Collection[str]) -> None:
        """Raises InvalidRole unless the caller has one of these roles."""
        if self.roles.isdisjoint(roles):
            raise InvalidRole

    def company_for(self, requested: str | None) -> str:
        """The company to act for: the requested one, or without a request the caller's own.

        Raises InvalidInput if there is neither, and Forbidden if a caller other than a superadmin requests another
        company than their own.
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

    Raises Unauthenticated if the context names no principal.
    """
    if not context or not context.get("principalId"):
        raise Unauthenticated("no authorizer")
    return Principal(
        subject=str(context["principalId"]),
        company_id=context.get("companyId") or None,
        roles=frozenset(str(context.get("roles") or "").split()),
    )

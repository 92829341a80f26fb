"""Who may do what: one row for every operation. `http/api.py` enforces it; nothing is served without a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bokabridge.auth.principal import READ, SUPERADMIN, WRITE

READERS = frozenset({WRITE, SUPERADMIN, READ})
WRITERS = frozenset({WRITE, SUPERADMIN})


@dataclass(frozen=True, slots=True)
class Rule:
    """One operation: its route, with parameters as API Gateway writes them, and the roles of which a caller needs one.

    A caller acts for their own company. `foreign` are the roles that may name another.
    """

    operation: str
    method: str
    path: str
    roles: frozenset[str]
    foreign: frozenset[str] = frozenset({SUPERADMIN})


def by_operation(rules: Iterable[Rule]) -> Mapping[str, Rule]:
    """The rules by operation, which is the name of the DTO that the operation takes."""
    return {rule.operation: rule for rule in rules}


RULES = by_operation(
    [
        Rule("CreateAxemaUserSync", "POST", "/codelock/axema/usersync", WRITERS),
        Rule("QueryAxemaUserSyncJobs", "GET", "/codelock/axema/usersync", READERS),
        Rule("GetAxemaUserSyncJob", "GET", "/codelock/axema/usersync/{Id}", READERS),
        Rule("QueryAxemaUserSyncIssues", "GET", "/codelock/axema/usersync/{Id}/issues", READERS),
        Rule("GetAxemaCodeLockSetting", "GET", "/codelock/axema/settings", READERS),
        Rule("AddAxemaCodeLockSetting", "POST", "/codelock/axema/settings", WRITERS),
        Rule("UpdateAxemaCodeLockSetting", "PUT", "/codelock/axema/settings", WRITERS),
        Rule("TestAxemaCodeLockSetting", "POST", "/codelock/axema/settings/test", WRITERS),
        Rule("CustomerQuery", "GET", "/customers", READERS),
        Rule("CreateVossUsage", "POST", "/voss/usage", WRITERS),
        Rule("QueryVossUsages", "GET", "/voss/usage", WRITERS),
        Rule("GetVossUsage", "GET", "/voss/usage/{Id}", WRITERS),
        Rule("GetVossProducts", "GET", "/voss/products", WRITERS),
    ]
)

"""The table of operations in README.md, and the table that follows from the declarations."""

import re
from typing import Any

from bokabridge.auth.principal import READ, SUPERADMIN, WRITE
from bokabridge.http.operation import Operation
from bokabridge.operations.index import OPERATIONS
from local.stack.paths import ROOT

_BETWEEN = re.compile(r"<!-- operations -->\n(.*)<!-- /operations -->", re.DOTALL)
_ROLES = {WRITE: "write", SUPERADMIN: "superadmin", READ: "read"}


def table_in_readme() -> str:
    """The table in README.md."""
    found = _BETWEEN.search((ROOT / "README.md").read_text())
    assert found, "README.md has no table of operations."
    return found[1]


def operations_table() -> str:
    """The table that follows from the declarations."""
    rows = [f"| {_name(each)} | `{each.method} {each.path}` | {_roles(each)} |" for each in OPERATIONS]
    return "\n".join(["| operation | route | roles |", "|---|---|---|", *rows, ""])


def _name(operation: Operation[Any, Any]) -> str:
    return f"{operation.name} (ours)" if operation.is_ours else operation.name


def _roles(operation: Operation[Any, Any]) -> str:
    return ", ".join(name for role, name in _ROLES.items() if role in operation.roles)


def main() -> None:
    """Write the table that follows from the declarations into README.md."""
    path = ROOT / "README.md"
    path.write_text(path.read_text().replace(table_in_readme(), operations_table()))


if __name__ == "__main__":
    main()

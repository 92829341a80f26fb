"""Every operation of the API, in the order of the documentation. Only tests and documentation need all of them."""

from typing import Any

from bokabridge.http.operation import Operation
from bokabridge.operations import (
    customers,
    health,
    products,
    settings,
    usersync,
    usersync_changes,
    usersync_users,
    voss,
)

OPERATIONS: tuple[Operation[Any, Any], ...] = tuple(
    declared
    for module in (usersync, usersync_changes, usersync_users, settings, health, customers, voss, products)
    for declared in vars(module).values()
    if isinstance(declared, Operation)
)

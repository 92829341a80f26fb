"""The kinds of connections to Axema. To add a kind, list it here and give it a source in the wiring."""

from collections.abc import Sequence
from typing import Any

from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline

KINDS: tuple[type[Connection], ...] = (LocalEndpoint, VakaOnline)
"""All kinds, in the order of their members on the wire."""


def get_kind(number: int, kinds: Sequence[type[Connection]] = KINDS) -> type[Connection]:
    """The kind with this number. Raises LookupError."""
    for kind in kinds:
        if kind.number == number:
            return kind
    raise LookupError(f"No kind of connection has the number {number}.")


def member_types(kinds: Sequence[type[Connection]] = KINDS) -> dict[str, Any]:
    """The members of all kinds: the type of each by its name."""
    return {name: member_type for kind in kinds for name, member_type in kind.member_types().items()}


def secret_types(kinds: Sequence[type[Connection]] = KINDS) -> dict[str, Any]:
    """The secret members of all kinds: the type of each by its name."""
    return {name: member_type for kind in kinds for name, member_type in kind.secrets.items()}

"""The roles that operations ask for. A caller needs one of them."""

from bokabridge.auth.principal import READ, SUPERADMIN, WRITE

WRITERS = frozenset({WRITE, SUPERADMIN})
READERS = frozenset({WRITE, SUPERADMIN, READ})
SUPERADMINS = frozenset({SUPERADMIN})

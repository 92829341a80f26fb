"""Our own credentials for VOSS in Secrets Manager, as JSON."""

from dataclasses import dataclass
from typing import Any

from bokabridge.adapters.aws.json_secret import read_json_secret
from bokabridge.errors import FatalError
from bokabridge.text import is_printable_ascii


@dataclass(frozen=True, slots=True, repr=False)
class VossSecret:
    """Our credentials at VOSS: an OAuth client, an API key, or both. Has no repr, so that no log can show it."""

    client_id: str | None
    client_secret: str | None
    api_key: str | None


def voss_secret(name: str, *, fresh: bool) -> VossSecret:
    """The secret `{"ClientId", "ClientSecret"}` or `{"ApiKey"}`. Raises FatalError if it is missing or unusable.

    An unusable secret is read again at once, because an operator may have corrected it.
    """
    stored = read_json_secret(name, "The credentials for VOSS", fresh=fresh)
    wrong = [member for member in _VOSS_MEMBERS if stored.get(member) and not _is_sendable(stored[member])]
    if wrong and not fresh:
        return voss_secret(name, fresh=True)
    if wrong:
        raise FatalError(
            f"The {wrong[0]} in the secret {name} cannot be sent, because it is not text in printable ASCII or has a "
            "blank or a line break at an end. Store it again without that."
        )
    return VossSecret(*(stored.get(member) or None for member in _VOSS_MEMBERS))


_VOSS_MEMBERS = ("ClientId", "ClientSecret", "ApiKey")


def _is_sendable(value: Any) -> bool:
    """RFC 6749, A.1 and A.2 for an OAuth client, RFC 9110, 5.5 for a header."""
    return isinstance(value, str) and is_printable_ascii(value) and value == value.strip()

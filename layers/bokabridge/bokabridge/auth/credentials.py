"""The credentials in a request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """A bearer token, an API key or both, and the caller's address. Without a repr, so that no log can show them."""

    token: str | None
    api_key: str | None
    source_ip: str

"""What a caller shows to be let in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """A bearer token, an API key or both, and where they came from. Without a repr, so that no log can show it."""

    token: str | None
    api_key: str | None
    source_ip: str

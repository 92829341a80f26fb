"""The metadata pages. Without them, every path is an operation's."""

from collections.abc import Mapping


def find(path: str, query: Mapping[str, str], base_url: str) -> tuple[int, str, str] | None:
    """(status, Content-Type, body) of the page at this path, or None. `base_url` is the API's address."""
    del path, query, base_url
    return None

"""Servers that answer as a test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from local.server import Server

if TYPE_CHECKING:
    from ssl import SSLContext


@contextmanager
def serving(answer: Callable[[Request], Response], *, tls: "SSLContext | None" = None) -> Iterator[str]:
    """A server whose every request is answered by this function; gives its URL."""
    with Server(Request.application(answer), tls=tls) as server:
        yield server.url

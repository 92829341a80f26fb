"""HTTP servers whose responses a test decides."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from local.server import Server

if TYPE_CHECKING:
    from ssl import SSLContext


@contextmanager
def serving(respond: Callable[[Request], Response], *, tls: "SSLContext | None" = None) -> Iterator[str]:
    """The URL of a server that passes each request to `respond`."""
    with Server(Request.application(respond), tls=tls) as server:
        yield server.url

"""A relay for connections: `python relay.py LISTEN=TARGET ...`, with addresses as tcp:HOST:PORT or unix:PATH.

Two relays connect a container to the local stack. One runs on this machine and passes connections from a Unix socket to
a port of 127.0.0.1. The other runs in a container and passes connections from a port, which other containers can call,
to that socket. So no port of this machine is open to other machines. The relay uses only Python's standard library,
because the container has nothing else.
"""

import argparse
import asyncio
import contextlib
from collections.abc import Awaitable, Callable

_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_OnConnection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_CHUNK = 65536


async def _connect(address: str) -> _Stream:
    kind, _, place = address.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(place)
    host, _, port = place.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def _listen(address: str, on_connection: _OnConnection) -> None:
    kind, _, place = address.partition(":")
    if kind == "unix":
        await asyncio.start_unix_server(on_connection, place)
        return
    host, _, port = place.rpartition(":")
    await asyncio.start_server(on_connection, host, int(port))


def _pass_on_to(target: str) -> _OnConnection:
    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            responses, requests = await _connect(target)
            with contextlib.closing(requests):
                await asyncio.gather(_pump(reader, requests), _pump(responses, writer))

    return pass_on


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(_CHUNK):
            sink.write(chunk)
            await sink.drain()
        sink.write_eof()


async def _hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.closing(writer), contextlib.suppress(OSError):
        await reader.read()


async def _relay(links: list[str], lifeline: str | None, held_by: str | None) -> None:
    for link in links:
        listen, _, target = link.partition("=")
        await _listen(listen, _pass_on_to(target))
    if lifeline:
        await _listen(lifeline, _hold)
    print("ready", flush=True)
    if held_by:
        reader, _ = await _connect(held_by)
        await reader.read()
    else:
        await asyncio.Event().wait()


def main() -> None:
    """Run until killed, or until the relay at the other end of the lifeline ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lifeline", metavar="ADDRESS", help="listen here; the connection closes when this relay ends")
    parser.add_argument("--held-by", metavar="ADDRESS", help="the lifeline of another relay; end when that one ends")
    parser.add_argument("links", nargs="+", metavar="LISTEN=TARGET")
    arguments = parser.parse_args()
    asyncio.run(_relay(arguments.links, arguments.lifeline, arguments.held_by))


if __name__ == "__main__":
    main()

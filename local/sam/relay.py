"""Passes connections on: `python relay.py LISTEN=TARGET ...`, with addresses as tcp:HOST:PORT or unix:PATH.

It runs twice between a container and the local stack: beside the stack, from a Unix socket to a port of 127.0.0.1, and
in a container, from a port that other containers can call to that socket. So nothing listens on an address of this
machine that others could reach. It needs nothing but Python: in the container there is nothing else.
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
            answers, calls = await _connect(target)
            with contextlib.closing(calls):
                await asyncio.gather(_pump(reader, calls), _pump(answers, writer))

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
    """Runs until it is killed, or until the relay that holds it ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lifeline", metavar="ADDRESS", help="whoever connects to it sees when this ends")
    parser.add_argument("--held-by", metavar="ADDRESS", help="another's lifeline; this ends with it")
    parser.add_argument("links", nargs="+", metavar="LISTEN=TARGET")
    arguments = parser.parse_args()
    asyncio.run(_relay(arguments.links, arguments.lifeline, arguments.held_by))


if __name__ == "__main__":
    main()

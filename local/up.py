"""`make up`: start the local stack and keep it running until Ctrl-C."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.foreground import stay
from local.stack.lock import LockHeld, hold
from local.stack.package import USES_RUNTIME_CLIENT
from local.stack.paths import STACK_FILE
from local.stack.processes import StartError, first_port, free_port_near
from local.stack.stack import LocalStack, local_stack

DEFAULT_PORT = 4566


class StackFileTaken(StartError):
    """The stack file belongs to another stack, which runs or is just starting."""


@contextmanager
def published_stack(port: int, stack_file: Path) -> Iterator[LocalStack]:
    """The local stack, with its addresses in `stack_file` while it runs. Raises StartError."""
    with claimed(stack_file, port), started_stack(port, stack_file) as stack:
        yield stack


@contextmanager
def claimed(stack_file: Path, port: int) -> Iterator[None]:
    """Reserve the stack file, which a launcher that was killed may have left. Raises StackFileTaken."""
    lock = stack_file.with_name(f"{stack_file.name}.lock")
    try:
        with hold(lock, f"process {os.getpid()}, API http://127.0.0.1:{port + 1}"):
            stack_file.unlink(missing_ok=True)
            yield
    except LockHeld as holder:
        other = free_port_near(port)
        raise StackFileTaken(
            f"A local stack already uses {stack_file}: {holder}. Stop it, or start a second stack "
            f"with its own ports and file: make up PORT={other} STACK_FILE={stack_file.with_stem(f'stack-{other}')}"
        ) from None


@contextmanager
def started_stack(port: int, stack_file: Path) -> Iterator[LocalStack]:
    """The local stack, started and published by the holder of the claim. Raises StartError."""
    if not USES_RUNTIME_CLIENT:
        print("· Not on Linux: the emulator's own worker runs the functions, and loses the names of exceptions.")
    with local_stack(port) as stack:
        content = {**stack.describe(), "ProcessId": os.getpid()}
        part = stack_file.with_name(f"{stack_file.name}.part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        part.replace(stack_file)
        try:
            yield stack
        finally:
            stack_file.unlink(missing_ok=True)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command that can start a stack. `first_port` checks the port."""
    parser.add_argument("--port", default=str(DEFAULT_PORT), help="the first of six ports (default: %(default)s)")
    parser.add_argument("--stack-file", type=Path, default=STACK_FILE, help="the file for the stack's addresses")


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    arguments = parser.parse_args()

    @contextmanager
    def starting() -> Iterator[LocalStack]:
        with published_stack(first_port(arguments.port), arguments.stack_file) as stack:
            yield stack

    def explain(stack: LocalStack) -> None:
        print(f"The stack is up. API: {stack.api_url}")
        print(
            f"Simulators: Axema {stack.axema_url}, VOSS {stack.voss_url}, identity {stack.identity_url}, "
            f"webhook {stack.webhook_url}"
        )
        print(f"All addresses, users and tokens: {arguments.stack_file}")
        print("Ctrl-C stops it.", flush=True)

    return stay(starting(), explain, "Stopped; nothing is left running.")


if __name__ == "__main__":
    sys.exit(main())

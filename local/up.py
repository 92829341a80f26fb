"""`make up`: starts the local stack and keeps it running until Ctrl-C."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.foreground import stay
from local.stack.package import USES_RUNTIME_CLIENT
from local.stack.paths import STACK_FILE
from local.stack.stack import LocalStack, local_stack

DEFAULT_PORT = 4566


@contextmanager
def published_stack(port: int, stack_file: Path) -> Iterator[LocalStack]:
    """The local stack, found by others through `stack_file` as long as it runs."""
    if not USES_RUNTIME_CLIENT:
        print("· This is not Linux: functions run in the emulator's own worker, which loses exceptions' names.")
    with local_stack(port) as stack:
        stack_file.parent.mkdir(exist_ok=True)
        stack_file.touch(mode=0o600)
        stack_file.write_text(json.dumps(stack.describe(), indent=2, ensure_ascii=False) + "\n")
        try:
            yield stack
        finally:
            stack_file.unlink(missing_ok=True)


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--stack-file", type=Path, default=STACK_FILE, help="where to say how the stack is found")
    arguments = parser.parse_args()

    def explain(stack: LocalStack) -> None:
        print(f"The stack is up. API: {stack.api_url}")
        print(f"Simulators: Axema {stack.axema_url}, VOSS {stack.voss_url}, identity {stack.identity_url}")
        print(f"All addresses, users and tokens: {arguments.stack_file}")
        print("Ctrl-C stops it.", flush=True)

    stack = published_stack(arguments.port, arguments.stack_file)
    return stay(stack, explain, "Stopped; nothing is left running.")


if __name__ == "__main__":
    sys.exit(main())

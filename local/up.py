"""`make up`: starts the local stack and keeps it running until Ctrl-C."""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from local.stack.package import USES_RUNTIME_CLIENT
from local.stack.paths import STACK_FILE
from local.stack.processes import StartError
from local.stack.stack import LocalStack, local_stack

DEFAULT_PORT = 4566


@contextmanager
def published_stack(port: int) -> Iterator[LocalStack]:
    """The local stack, found by others through `.local/stack.json` as long as it runs."""
    with local_stack(port) as stack:
        STACK_FILE.parent.mkdir(exist_ok=True)
        STACK_FILE.write_text(json.dumps(stack.describe(), indent=2, ensure_ascii=False) + "\n")
        STACK_FILE.chmod(0o600)
        try:
            yield stack
        finally:
            STACK_FILE.unlink(missing_ok=True)


def main() -> int:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 when something did not start."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=DEFAULT_PORT)
    port = arguments.parse_args().port
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not USES_RUNTIME_CLIENT:
        print("· This is not Linux: functions run in the emulator's own worker, which loses exceptions' names.")
    try:
        with published_stack(port) as stack:
            print(f"The stack is up. API: {stack.deployment.api_url}")
            print(f"Axema simulator: {stack.axema_url}    VOSS simulator: {stack.voss_url}")
            print(f"Everything: {STACK_FILE.relative_to(STACK_FILE.parents[1])}")
            print("Ctrl-C stops it.", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("\nStopped; nothing is left running.")
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

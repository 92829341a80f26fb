"""`make sam-up`: lets `sam local` find the stack of `make up`, until Ctrl-C."""

import argparse
import os
import signal
import sys
from pathlib import Path

from local.sam.network import NETWORK, stack_network
from local.stack.paths import STACK_FILE
from local.stack.processes import StartError
from local.stack.stack import LocalStack


def _explain(network: str) -> None:
    print(f"The stack can be reached from containers on the network {network}. In another shell:")
    if os.environ.get("SAM_SKIP_PULL_IMAGE"):
        print(f"  export DOCKER_HOST={os.environ['DOCKER_HOST']} SAM_SKIP_PULL_IMAGE=true")
    print("  sam local invoke VossApiFunction --event events/voss_products.json")
    print("  sam local start-api")
    print("Ctrl-C ends it.", flush=True)


def main() -> int:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 when something did not start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack-file", type=Path, default=STACK_FILE, help="where `make up` says how it is found")
    parser.add_argument("--network", default=NETWORK, help="its name; samconfig.toml has the default's")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with stack_network(LocalStack.described_in(arguments.stack_file).port, arguments.network):
            _explain(arguments.network)
            signal.pause()
    except KeyboardInterrupt:
        print("\nStopped; no container and no network is left.")
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

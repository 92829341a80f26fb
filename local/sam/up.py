"""`make sam-up`: connect the containers of `sam local` to the stack of `make up`, until Ctrl-C."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.foreground import stay
from local.sam.network import NETWORK, stack_network
from local.sam.template import write_start_api_template
from local.stack.paths import STACK_FILE
from local.stack.stack import LocalStack


@contextmanager
def stack_network_of(stack_file: Path, name: str) -> Iterator[None]:
    """The network of the stack that the file describes. Writes the template of start-api, too. Raises StartError."""
    write_start_api_template()
    with stack_network(LocalStack.described_in(stack_file).port, name):
        yield


def _explain(network: str) -> None:
    print(f"Containers on the network {network} can reach the stack. In another terminal:")
    engine = [f"{name}={os.environ[name]}" for name in ("DOCKER_HOST", "SAM_SKIP_PULL_IMAGE") if name in os.environ]
    if engine:
        print(f"  export {' '.join(engine)}")
    print("  sam local invoke VossApiFunction --event events/voss_products.json")
    print("  sam local start-api")
    print("Ctrl-C ends it.", flush=True)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack-file", type=Path, default=STACK_FILE, help="the file that `make up` wrote")
    parser.add_argument("--network", default=NETWORK, help="the network's name (default: the one in samconfig.toml)")
    arguments = parser.parse_args()
    network = stack_network_of(arguments.stack_file, arguments.network)
    return stay(network, lambda _: _explain(arguments.network), "Stopped; no container and no network is left.")


if __name__ == "__main__":
    sys.exit(main())

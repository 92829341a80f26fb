"""The network on which the containers of `sam local` find the local stack."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
import docker.errors

from local.stack import processes
from local.stack.paths import ROOT
from local.stack.processes import PORTS, StartError

NETWORK = "bokabridge"
"""The network's name, as in `samconfig.toml`."""

HOST = "stack"
"""The stack's host name in a container, where 127.0.0.1 is the container itself."""

FIRST_PORT = 4566
"""The stack's first port in a container, whichever it is on this machine."""

PARAMETERS_FILE = Path(__file__).with_name("parameters.yaml").relative_to(ROOT)
"""The template's parameters for `sam local`, with the names above. `env.json` next to it names the resources."""

_READY_SECONDS = 30

_RELAY = Path(__file__).with_name("relay.py")


@contextmanager
def stack_network(port: int, name: str = NETWORK) -> Iterator[None]:
    """Let containers on the network reach the stack at `port` while entered. Raises StartError.

    On Linux the connection goes through a Unix socket, so that no port of this machine is open to others. A Unix socket
    does not reach into the virtual machine of Docker Desktop, which forwards connections to this machine itself.
    """
    with (
        closing(_engine()) as engine,
        tempfile.TemporaryDirectory(prefix="bokabridge-") as sockets,
        _sockets(Path(sockets), port) as links,
    ):
        _remove(engine, name)
        try:
            _start_relay(engine, engine.networks.create(name).name, sockets, links)
            yield
        finally:
            _remove(engine, name)


def containers_on(name: str) -> list[Any]:
    """All containers on the network, running or stopped."""
    with closing(_engine()) as engine:
        return _containers_on(engine, name)


@contextmanager
def _sockets(folder: Path, port: int) -> Iterator[list[str]]:
    """Open a Unix socket for each of the stack's ports, and yield the arguments of the relay in the container."""
    if sys.platform != "linux":
        yield [f"tcp:0.0.0.0:{FIRST_PORT + at}=tcp:host.docker.internal:{port + at}" for at in range(PORTS)]
        return
    log = folder / "relay.log"
    links = [f"unix:{folder}/{at}=tcp:127.0.0.1:{port + at}" for at in range(PORTS)]
    command = [sys.executable, str(_RELAY), "--lifeline", f"unix:{folder}/lifeline", *links]
    relay = processes.start(command, log, os.environ, ROOT)
    try:
        processes.wait_until(lambda: "ready" in log.read_text(), relay, log, "The relay")
        mounted = [f"tcp:0.0.0.0:{FIRST_PORT + at}=unix:/stack/{at}" for at in range(PORTS)]
        yield ["--held-by", "unix:/stack/lifeline", *mounted]
    finally:
        processes.stop(relay)


def _start_relay(engine: Any, network: str, sockets: str, links: list[str]) -> None:
    """Start the relay container, which ends when the relay on this machine ends."""
    try:
        container = engine.containers.run(
            _image(),
            entrypoint=["/var/lang/bin/python3.13", "/relay.py"],
            command=links,
            detach=True,
            auto_remove=True,
            network=network,
            networking_config={network: engine.api.create_endpoint_config(aliases=[HOST])},
            security_opt=["label=disable"],  # otherwise SELinux denies the container the sockets
            volumes=[f"{sockets}:/stack", f"{_RELAY}:/relay.py:ro"],
        )
        deadline = time.monotonic() + _READY_SECONDS
        while not (output := container.logs()) and time.monotonic() < deadline:
            time.sleep(0.05)
    except docker.errors.DockerException as error:
        raise StartError(f"The container engine could not start the relay: {error}") from None
    if output.strip() != b"ready":
        raise StartError(f"The relay to the local stack did not start: {output.decode()}")


def _remove(engine: Any, name: str) -> None:
    """Remove the network and its containers: the relay, and those that a killed `sam local` left."""
    for container in _containers_on(engine, name):
        with suppress(docker.errors.APIError):
            container.remove(force=True)
    for network in engine.networks.list(names=[f"^{name}$"]):
        network.remove()


def _containers_on(engine: Any, name: str) -> list[Any]:
    found: list[Any] = engine.containers.list(all=True, ignore_removed=True, filters={"network": name})
    return found


def _engine() -> Any:
    try:
        return docker.from_env()
    except docker.errors.DockerException:
        raise StartError("No container engine responds. Start Docker or Podman.") from None


def _image() -> str:
    """The functions' own image, which contains Python and is needed anyway."""
    done = subprocess.run([str(ROOT / "tools" / "lambda-image")], capture_output=True, text=True, check=True)
    return done.stdout.strip()

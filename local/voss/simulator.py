"""The simulator of VOSS, on a port of this machine."""

from collections.abc import Collection

from local.server import Server
from local.voss.app import create_app


class VossSimulator(Server):
    """VOSS with these customers, which serves while entered."""

    def __init__(self, customers: Collection[str], port: int = 0) -> None:
        super().__init__(create_app(customers), port)

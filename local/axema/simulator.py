"""The simulator of VAKA Online and of local endpoints, on a port of this machine."""

from collections.abc import Mapping

from local.axema.app import create_app
from local.server import Server


class AxemaSimulator(Server):
    """Axema systems of these companies, with so many people each; serves while entered."""

    def __init__(self, companies: Mapping[str, int], port: int = 0) -> None:
        super().__init__(create_app(companies), port)

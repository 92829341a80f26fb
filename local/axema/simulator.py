"""The simulator of VAKA Online and of companies' own systems, on a port of this machine."""

from collections.abc import Mapping

from local.axema.app import create_app
from local.server import Server


class AxemaSimulator(Server):
    """The Axema systems of companies, which serve while entered. `companies` maps an id to a number of people."""

    def __init__(self, companies: Mapping[str, int], port: int = 0) -> None:
        super().__init__(create_app(companies), port)

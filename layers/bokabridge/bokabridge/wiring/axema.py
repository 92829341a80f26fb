"""Axema's systems: which source reads which kind of connection."""

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.wiring.environment import required
from bokabridge.wiring.settings import allows_private_endpoints, secrets, settings

if TYPE_CHECKING:
    from bokabridge.adapters.axema.sources import AxemaSystems, OpenSource


@cache
def systems() -> "AxemaSystems":
    """The sources of Axema users, with the companies' settings and secrets."""
    from bokabridge.adapters.axema.sources import AxemaSystems

    return AxemaSystems(settings(), secrets(), sources())


def sources() -> "Mapping[type[Connection], OpenSource]":
    """The source that reads each kind of connection."""
    from bokabridge.adapters.axema.local_endpoint import LocalEndpointSource
    from bokabridge.adapters.axema.vaka_online import VakaOnlineSource
    from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
    from bokabridge.adapters.outbound.oauth import TokenSource

    guard = Guard(SystemResolver(), allows_private_endpoints())
    tokens = TokenSource(required("AXEMA_TOKEN_URL"), required("AXEMA_SCOPE"), "Axema")
    api_url = required("AXEMA_API_URL").rstrip("/")
    return {
        LocalEndpoint: partial(LocalEndpointSource, guard=guard),
        VakaOnline: partial(VakaOnlineSource, api_url=api_url, tokens=tokens),
    }

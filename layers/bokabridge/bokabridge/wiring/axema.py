"""Axema's systems: which source reads which kind of connection."""

from functools import cache

from bokabridge.adapters.axema.sources import AxemaSystems
from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.wiring.environment import required
from bokabridge.wiring.settings import allows_private_endpoints, secrets


@cache
def systems() -> AxemaSystems:
    """The sources of Axema users for every kind of connection."""
    tokens = TokenSource(required("AXEMA_TOKEN_URL"), required("AXEMA_SCOPE"), "Axema")
    guard = Guard(SystemResolver(), allows_private_endpoints())
    return AxemaSystems(required("AXEMA_API_URL").rstrip("/"), tokens, guard, secrets())

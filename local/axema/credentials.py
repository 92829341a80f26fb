"""The demo credentials of a company's VAKA system, derived so that nobody has to store or pass them."""

from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

_NAMESPACE = uuid5(NAMESPACE_DNS, "credentials.axema.example.org")


@dataclass(frozen=True)
class AxemaCredentials:
    """What VAKA Online asks of an integration: OAuth client, API key, and the id of the VAKA system itself.

    User name and password are what the system's own endpoint asks for.
    """

    device_id: str
    client_id: str
    client_secret: str
    api_key: str
    username: str
    password: str


def credentials(company_id: str, version: int = 0) -> AxemaCredentials:
    """The same company always has the same, obviously invented, credentials; ids are compared as written.

    Another version is what they are after a rotation: the secrets differ, the names stay.
    """
    rotation = f"/{version}" if version else ""
    return AxemaCredentials(
        device_id=str(uuid5(_NAMESPACE, f"{company_id}/device")),
        client_id=str(uuid5(_NAMESPACE, f"{company_id}/client")),
        client_secret=f"demo-secret-{uuid5(_NAMESPACE, f'{company_id}/secret{rotation}').hex}",
        api_key=f"demo-api-key-{uuid5(_NAMESPACE, f'{company_id}/api-key{rotation}').hex}",
        username=f"bokabridge-{uuid5(_NAMESPACE, f'{company_id}/username').hex[:12]}",
        password=f"demo-password-{uuid5(_NAMESPACE, f'{company_id}/password{rotation}').hex}",
    )

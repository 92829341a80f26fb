"""The demo credentials of a company's VAKA system. They are derived from its id, so nothing has to store them."""

from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

_NAMESPACE = uuid5(NAMESPACE_DNS, "credentials.axema.example.org")


@dataclass(frozen=True)
class AxemaCredentials:
    """The credentials of an integration.

    VAKA Online requires an OAuth client, an API key and the id of the VAKA system. A company's own system requires a
    user name and a password.
    """

    device_id: str
    client_id: str
    client_secret: str
    api_key: str
    username: str
    password: str


def credentials(company_id: str, version: int = 0) -> AxemaCredentials:
    """The credentials of a company, which are the same in every run. The company id is case-sensitive.

    Another `version` returns the credentials after a rotation: the secrets differ, the names stay.
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

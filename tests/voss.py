"""VOSS for tests: the adapter's settings, and the simulator that a test can control."""

from typing import Any

import urllib3

from bokabridge.adapters.aws.voss_secret import VossSecret
from bokabridge.adapters.voss import VossApi, VossClient
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET

SECRET = VossSecret(CLIENT_ID, CLIENT_SECRET, None)


def api(url: str) -> VossApi:
    return VossApi(
        base_url=url,
        usage_path="/usage",
        products_path="/products",
        token_url=f"{url}/oauth2/token",
        scope="voss-demo",
        post_timeout_seconds=1.0,
    )


class Voss:
    """The simulator, which a test can control, with its bill; and the adapter as its client."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = VossClient(api(url), lambda _: SECRET)

    def behave(self, **controls: object) -> None:
        response = urllib3.request("PUT", f"{self.url}/_control", json=controls, retries=False)
        assert response.status == 200, response.data

    def state(self) -> dict[str, Any]:
        return dict(urllib3.request("GET", f"{self.url}/_state", retries=False).json())

    def bill(self) -> list[str]:
        return [line["key"] for line in self.state()["usages"]]

"""A plain client of the simulator of VAKA Online, and the credentials of one company."""

from collections.abc import Mapping
from typing import Any

import urllib3

from local.axema.credentials import AxemaCredentials, credentials
from tests.data import COMPANY_ID

SCOPE = "api://vaka-online-demo/.default"


class Vaka:
    """A plain client of one simulator. It returns each response as it is, and does not retry."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = urllib3.PoolManager(retries=False)

    def post_token(self, fields: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        return self._http.request("POST", f"{self._url}/oauth2/v2.0/token", fields=fields, encode_multipart=False)

    def log_in(self, keys: AxemaCredentials) -> str:
        response = self.post_token(token_request(keys))
        assert response.status == 200
        return str(response.json()["access_token"])

    def fetch(self, keys: AxemaCredentials, token: str, **query: str) -> urllib3.BaseHTTPResponse:
        return self._http.request(
            "GET",
            f"{self._url}/v1/reservations/users/fetch/{keys.device_id}",
            fields=query,
            headers={"Authorization": f"Bearer {token}", "x-api-key": keys.api_key},
        )

    def control(self, **controls: object) -> dict[str, Any]:
        response = self.send_control("PUT", {"company": COMPANY_ID, **controls})
        assert response.status == 200, response.data
        return dict(response.json())

    def send_control(self, method: str, body: object) -> urllib3.BaseHTTPResponse:
        return self._http.request(method, f"{self._url}/_control", json=body)

    def state(self) -> dict[str, Any]:
        return dict(self._http.request("GET", f"{self._url}/_state").json())

    def accounts(self) -> list[Any]:
        response = self.fetch(KEYS, self.log_in(KEYS))
        assert response.status == 200
        return list(response.json()["userAccounts"])


KEYS = credentials(COMPANY_ID)


def token_request(keys: AxemaCredentials, **instead: str) -> dict[str, str]:
    fields = {"grant_type": "client_credentials", "client_id": keys.client_id, "client_secret": keys.client_secret}
    return fields | {"scope": SCOPE} | instead

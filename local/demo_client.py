"""The API as the demo calls it."""

from typing import Any
from urllib.parse import urlencode

import urllib3

from local.demo_voss import DemoFailed
from local.identity.realm import CLIENT_ID
from local.identity.realm_api import REALM_PATH

JOBS = "/codelock/axema/usersync"
TOKEN_PATH = f"{REALM_PATH}/protocol/openid-connect/token"


class Client:
    """An administrator of one company, who signs in with a password and then calls the API with a token."""

    def __init__(self, stack: dict[str, Any], company: dict[str, Any], user: dict[str, str]) -> None:
        self.axema_url: str = stack["AxemaUrl"]
        self.company_id: str = company["CompanyId"]
        self._url: str = stack["ApiUrl"]
        token = sign_in(stack["IdentityUrl"] + TOKEN_PATH, user)
        self._http = urllib3.PoolManager(headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def call(self, method: str, path: str) -> dict[str, Any]:
        """Call an operation and return the body of its response. Raises DemoFailed unless the status is 200."""
        response = self._http.request(method, self._url + path)
        if response.status != 200:
            raise DemoFailed(f"{method} {path} returned {response.status}: {response.data.decode(errors='replace')}")
        body: dict[str, Any] = response.json()
        return body

    def steer(self, **controls: int) -> None:
        """Set controls of the company's system in the Axema simulator."""
        body = {"company": self.company_id, **controls}
        response = self._http.request("PUT", f"{self.axema_url}/_control", json=body)
        if response.status != 200:
            raise DemoFailed(f"the Axema simulator returned {response.status}.")


def sign_in(url: str, user: dict[str, str]) -> str:
    """An access token by the password grant, which BokaMera's own integrations use too. Raises DemoFailed."""
    form = {
        "grant_type": "password",
        "client_id": CLIENT_ID,
        "username": user["Username"],
        "password": user["Password"],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = urllib3.request("POST", url, body=urlencode(form), headers=headers)
    if response.status != 200:
        raise DemoFailed(f"the identity simulator returned {response.status} for {user['Username']}.")
    token: str = response.json()["access_token"]
    return token

"""A client of a running stack's identity server."""

from dataclasses import dataclass
from typing import Any

import urllib3

from local.identity.realm import TOKEN_SECONDS, Realm
from local.identity.realm_api import REALM_PATH
from local.identity.signing import SigningKey
from local.identity.users import USERS


@dataclass(frozen=True)
class Identity:
    """Gets tokens from the realm, and forges others."""

    url: str

    @property
    def issuer(self) -> str:
        return self.url + REALM_PATH

    def issue(self, user: str, seconds: int = TOKEN_SECONDS, **claims: Any) -> str:
        """A token that the realm signed."""
        response = urllib3.request(
            "POST", f"{self.url}/_tokens", json={"user": user, "seconds": seconds, "claims": claims}
        )
        token: str = response.json()["token"]
        return token

    def claims(self, user: str) -> dict[str, Any]:
        """The claims that the realm would sign for this user."""
        return Realm(self.issuer).claims(USERS[user])

    def forge(self, claims: dict[str, Any]) -> str:
        """A token signed with another key, under the id of the realm's key."""
        key_id = urllib3.request("GET", f"{self.url}/_state").json()["keyIds"][-1]
        return SigningKey(id=key_id).sign(claims)

    def rotate_keys(self) -> None:
        urllib3.request("PUT", f"{self.url}/_control", json={"rotateKeys": True})

"""Access tokens by OAuth 2.0 client credentials, kept until shortly before they expire."""

import json
import time
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from bokabridge.adapters.outbound.request import request
from bokabridge.errors import CredentialsRejected, FatalError

_RENEW_BEFORE_SECONDS = 60
"""A token must outlive the request that carries it."""


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    text: str
    usable_until: float
    secret: str


class TokenSource:
    """Tokens of one identity platform by client id. In messages, `who` names the system that the tokens are for.

    One instance serves all companies of a warm function.
    """

    def __init__(self, url: str, scope: str, who: str) -> None:
        self._who = who
        self._url = url
        self._scope = scope
        self._tokens: dict[str, _Token] = {}

    def get(self, client_id: str, client_secret: str) -> str:
        """A token that stays valid for at least a minute.

        Raises RetriableError, CredentialsRejected, or FatalError for a response without a token.
        """
        token = self._tokens.get(client_id)
        if token and token.secret == client_secret and token.usable_until > time.monotonic():
            return token.text
        return self.renew(client_id, client_secret)

    def renew(self, client_id: str, client_secret: str) -> str:
        """A new token, even if the kept one is still valid. Raises the errors of `get`."""
        response = request(
            "POST",
            self._url,
            who=f"{self._who}'s sign-in service",
            headers={"Accept": "application/json"},
            form={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
                "scope": self._scope,
            },
        )
        if response.status in (400, 401, 403):
            self._tokens.pop(client_id, None)
            raise CredentialsRejected(
                f"{self._who} rejected the credentials. "
                f"Check the client id and the client secret in the {self._who} settings."
            )
        try:
            granted = _Granted.model_validate(json.loads(response.body))
        except (ValueError, ValidationError):
            raise FatalError(f"{self._who}'s sign-in service sent a response that is not a token.") from None
        usable_until = time.monotonic() + granted.expires_in - _RENEW_BEFORE_SECONDS
        self._tokens[client_id] = _Token(granted.access_token, usable_until, client_secret)
        return granted.access_token


class _Granted(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: str
    expires_in: int = 300

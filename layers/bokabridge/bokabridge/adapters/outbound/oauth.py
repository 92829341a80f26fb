"""Access tokens by OAuth 2.0 client credentials, kept until shortly before they expire."""

import math
import time
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bokabridge.adapters.outbound.connections import Patience, connect_to
from bokabridge.adapters.outbound.json_body import read_json
from bokabridge.adapters.outbound.request import Limits, Response, request
from bokabridge.errors import CredentialsRejected, FatalError
from bokabridge.text import is_printable_ascii

_RENEW_BEFORE_SECONDS = 60
"""A token must outlive the request that carries it."""

_LONGEST_LIFE_SECONDS = 24 * 3600.0
_USUAL_LIFE_SECONDS = 300.0
"""The life of a token whose response does not say it (RFC 6749, 5.1: `expires_in` is only recommended)."""
_MAX_TOKEN_CHARACTERS = 16 * 1024

_PATIENCE = Patience(connect_seconds=2.0, read_seconds=5.0, header_seconds=5.0, open_seconds=4.0)
_LIMITS = Limits(body_bytes=1024 * 1024, body_seconds=5.0)
"""A sign-in is one small request, and a caller may wait for it."""


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
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": self._scope,
        }
        response = self._post(form)
        if response.status in (400, 401, 403):
            self._tokens.pop(client_id, None)
            raise CredentialsRejected(
                f"{self._who} rejected the credentials. "
                f"Check the client id and the client secret in the {self._who} settings."
            )
        granted = _granted(response)
        if granted is None:
            raise FatalError(f"{self._who}'s sign-in service sent a response that is not a token.")
        usable_until = time.monotonic() + _life_seconds(granted.expires_in) - _RENEW_BEFORE_SECONDS
        self._tokens[client_id] = _Token(granted.access_token, usable_until, client_secret)
        return granted.access_token

    def _post(self, form: dict[str, str]) -> Response:
        """Uses a new connection, because hours may lie between two sign-ins."""
        who, headers = f"{self._who}'s sign-in service", {"Accept": "application/json", "Connection": "close"}
        with connect_to(self._url, _PATIENCE) as connection:
            return request("POST", self._url, who=who, headers=headers, form=form, via=connection, limits=_LIMITS)


def _is_sendable(token: str) -> str:
    """RFC 6749, A.12. Other characters could not be sent in a header."""
    if not is_printable_ascii(token) or token != token.strip():
        raise ValueError("not printable ASCII")
    return token


class _Granted(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: Annotated[str, Field(min_length=1, max_length=_MAX_TOKEN_CHARACTERS), AfterValidator(_is_sendable)]
    expires_in: Any = None


def _life_seconds(expires_in: Any) -> float:
    """From a number or a number in a text, at most a day and never negative. Anything else counts as not given."""
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float | str):
        return _USUAL_LIFE_SECONDS
    try:
        seconds = float(expires_in)
    except OverflowError:  # an int that is too large
        return _LONGEST_LIFE_SECONDS if int(expires_in) > 0 else 0.0
    except ValueError:
        return _USUAL_LIFE_SECONDS
    return _USUAL_LIFE_SECONDS if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_LIFE_SECONDS)


def _granted(response: Response) -> _Granted | None:
    """The token in the response. Returns None instead of raising, because the parser's errors contain the response."""
    try:
        return _Granted.model_validate(read_json(response.body, response.content_type))
    except (ValueError, ValidationError):
        return None

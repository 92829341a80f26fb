"""The source of VAKA Online, Axema's cloud API (https://developer.vakaonline.se, read for public-facts 2.1).

A token comes from the identity platform (client credentials). Every request carries it, and the integration's
`x-api-key`. `GET /v1/reservations/users/fetch/{deviceId}` lists the users who may make reservations. Its paging is not
documented: we send `pageSize` and `continuationToken`, as for VAKA Online's other lists, and follow the token if the
response has one. A response without a token is the whole list. We cut a long response into pages in an order of our
own, so that an interrupted run can continue after the last record that it committed.

`phone` is not documented on a user; it is read if it is there.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from urllib3.connectionpool import HTTPConnectionPool

from bokabridge.adapters.axema.cut import USER_ID, CutList, Place
from bokabridge.adapters.axema.records import GIVE_UP_AFTER_SECONDS, fetch_page, parse, record
from bokabridge.adapters.outbound.connections import connect_to
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.adapters.outbound.request import Limits, Response, request
from bokabridge.errors import CredentialsRejected, FatalError
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSecret
from bokabridge.text import has_control_characters
from bokabridge.usersync.people import UserPage

PAGE_SIZE = 100
"""VAKA Online's largest page."""

MAX_USERS = 150_000
"""The longest list in one response. The order in which we cut it takes 160 bytes for each."""

LIMITS = Limits(body_bytes=32 * 1024 * 1024)
"""150,000 users. The function has 512 MB, and a text of 32 MB can take 128 MB, next to the records read from it."""

MAX_TOKEN_CHARACTERS = 4096
"""A longer continuation token could neither be stored in the job nor be sent in a URL."""


class VakaOnlineSource:
    """AxemaSource for one company's VAKA system. `api_url` and `tokens` are the same for all companies."""

    def __init__(
        self,
        connection: VakaOnline,
        secret: AxemaSecret,
        *,
        api_url: str,
        tokens: TokenSource,
        give_up_after_seconds: float = GIVE_UP_AFTER_SECONDS,
    ) -> None:
        self._url = f"{api_url}/v1/reservations/users/fetch/{quote(connection.device_id, safe='')}"
        self._tokens = tokens
        self._client_id = connection.client_id
        self._client_secret = secret.get("client_secret")
        self._api_key = secret.get("api_key")
        self._give_up_after_seconds = give_up_after_seconds
        self._kept_list: tuple[str | None, _UserList, CutList] | None = None
        self._kept_connections: HTTPConnectionPool | None = None

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource."""
        place = Place.read(cursor)
        found, cut = self._response(place, page_number)
        place.check_that_paging_stays(found.users, has_token=found.token is not None)
        records, last = cut.after(place.after)
        if last is None:
            self._kept_list = None
            following = place.next(found.token, found.users) if found.token is not None else None
        else:
            self._kept_list = (place.token, found, cut)
            following = place.within(last, found.users, has_token=found.token is not None)
        return UserPage([record(raw, USER_ID) for raw in records], following.cursor() if following else None)

    def _response(self, place: Place, page_number: int) -> tuple["_UserList", CutList]:
        """The response that has this place. One that makes several pages is requested once."""
        if self._kept_list is not None and self._kept_list[0] == place.token:
            return self._kept_list[1:]
        found = self._request(place.token, page_number)
        return found, CutList(found.users)

    def check(self) -> None:
        """See CheckableSource."""
        token = self._tokens.renew(self._client_id, self._client_secret)  # a kept token may outlive its secret
        _read(self._send({"pageSize": str(PAGE_SIZE)}, token), 1)

    def _request(self, continuation_token: str | None, page_number: int) -> "_UserList":
        query = {"pageSize": str(PAGE_SIZE)}
        if continuation_token:
            query["continuationToken"] = continuation_token
        response = fetch_page(lambda: self._send_with_token(query), page_number, self._give_up_after_seconds)
        return _read(response, page_number)

    def _send_with_token(self, query: dict[str, str]) -> Response:
        """Sends one request. If Axema refuses the token, renews it once and sends the request again."""
        response = self._send(query, self._tokens.get(self._client_id, self._client_secret))
        if response.status == 401:
            response = self._send(query, self._tokens.renew(self._client_id, self._client_secret))
        return response

    def _send(self, query: dict[str, str], token: str) -> Response:
        headers = {"Authorization": f"Bearer {token}", "x-api-key": self._api_key, "Accept": "application/json"}
        return request(
            "GET", self._url, who="Axema", headers=headers, query=query, via=self._connections(), limits=LIMITS
        )

    def _connections(self) -> HTTPConnectionPool:
        """Connections for the pages of one source, which lives as long as one invocation."""
        if self._kept_connections is None:
            self._kept_connections = connect_to(self._url)
        return self._kept_connections


@dataclass(frozen=True, slots=True)
class _UserList:
    """The users in a response, and the token for the next one, if there is one."""

    users: list[Any]
    token: str | None


def _read(response: Response, page_number: int) -> _UserList:
    if response.status != 200:
        raise _refusal(response.status, page_number)
    body = parse(response, page_number, "userAccounts")
    if len(body["userAccounts"]) > MAX_USERS:
        raise FatalError(f"Axema's response for page {page_number} has more than {MAX_USERS} users, too many at once.")
    token = body.get("continuationToken")
    if token in (None, ""):
        return _UserList(body["userAccounts"], None)
    if fault := _fault_of(token):
        raise FatalError(
            f"Axema's response for page {page_number} has a continuation token that {fault}, so the next page cannot "
            "be requested. Report this to Axema."
        )
    return _UserList(body["userAccounts"], token)


def _fault_of(token: Any) -> str | None:
    """Why a token cannot be sent back in a URL or stored in the job, or None."""
    if not isinstance(token, str):
        return "is not a text"
    if len(token) > MAX_TOKEN_CHARACTERS:
        return f"has more than {MAX_TOKEN_CHARACTERS} characters"
    if has_control_characters(token):
        return "has control characters or is not Unicode"
    return None


def _refusal(status: int, page_number: int) -> FatalError:
    if status == 401:
        return CredentialsRejected(
            "Axema refused the access token. Check the client id and the client secret in the Axema settings."
        )
    if status == 403:
        return CredentialsRejected(
            "Axema refused the API key. Check it in the Axema settings, and what the integration may do in VAKA."
        )
    if status == 404:
        return FatalError("Axema does not know the VAKA system. Check the device id in the Axema settings.")
    return FatalError(f"Axema refused to list users (HTTP status {status}, page {page_number}).")

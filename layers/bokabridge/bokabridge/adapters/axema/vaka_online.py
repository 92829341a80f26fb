"""The source of VAKA Online, Axema's cloud API (https://developer.vakaonline.se, read for public-facts 2.1).

A token comes from the identity platform (client credentials). Every request carries it, and the integration's
`x-api-key`. `GET /v1/reservations/users/fetch/{deviceId}` lists the users who may make reservations. Its paging is not
documented: we send `pageSize` and `continuationToken`, as for VAKA Online's other lists, and follow the token if the
response has one. A response without a token is the whole list. We cut it into pages in the order of the user ids, so
that an interrupted run can continue after the last id that it committed.

`phone` is not documented on a user; it is read if it is there.
"""

from bisect import bisect_right
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field
from urllib3.connectionpool import HTTPConnectionPool

from bokabridge.adapters.axema.records import GIVE_UP_AFTER_SECONDS, fetch_page, parse, record, user_id
from bokabridge.adapters.outbound.connections import connect_to
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.adapters.outbound.request import Response, request
from bokabridge.errors import CredentialsRejected, FatalError
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSecret
from bokabridge.usersync.people import Record, UserPage

PAGE_SIZE = 100
"""VAKA Online's largest page."""

CUT_SIZE = 1000
"""Users of an unpaged response that make one page. Each page costs a commit."""

MAX_TOKEN_CHARACTERS = 4096
"""A longer continuation token could neither be stored in the job nor be sent in a URL."""

_ID = "userId"

_AFTER, _TOKEN = "after:", "token:"
"""The two forms of our cursor: after this user id of an unpaged response, or VAKA Online's own token."""


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
        self._whole_list: _WholeList | None = None
        self._kept_connections: HTTPConnectionPool | None = None

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource."""
        if self._whole_list is None and not (cursor and cursor.startswith(_AFTER)):
            token = cursor.removeprefix(_TOKEN) if cursor else None
            found = self._request(token, page_number)
            if found.continuation_token:
                return UserPage([_record(raw) for raw in found.users], _TOKEN + found.continuation_token)
            if token:
                return UserPage([_record(raw) for raw in found.users], None)
            self._whole_list = _WholeList(found.users)
        if self._whole_list is None:
            self._whole_list = _WholeList(self._request(None, page_number).users)
        return self._whole_list.cut(cursor)

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
        return request("GET", self._url, who="Axema", headers=headers, query=query, via=self._connections())

    def _connections(self) -> HTTPConnectionPool:
        """Connections for the pages of one source, which lives as long as one invocation."""
        if self._kept_connections is None:
            self._kept_connections = connect_to(self._url)
        return self._kept_connections


class _WholeList:
    """An unpaged response, in the order of the user ids."""

    def __init__(self, users: list[Any]) -> None:
        self._users = sorted(users, key=lambda raw: user_id(raw, _ID) or "")
        self._ids = [user_id(raw, _ID) or "" for raw in self._users]

    def cut(self, cursor: str | None) -> UserPage:
        """The page after the cursor. Records without an id are on the first page."""
        ids = self._ids
        begin = bisect_right(ids, cursor.removeprefix(_AFTER)) if cursor else 0
        end = max(begin, bisect_right(ids, "")) + CUT_SIZE
        while end < len(ids) and ids[end] == ids[end - 1]:  # all records of a user belong on one page
            end += 1
        records = [_record(raw) for raw in self._users[begin:end]]
        return UserPage(records, _AFTER + ids[end - 1] if end < len(ids) else None)


class _UserList(BaseModel):
    """The members of the body that we use. Records are read one by one, so that a broken one is only skipped."""

    model_config = ConfigDict(hide_input_in_errors=True)

    users: list[Any] = Field(alias="userAccounts")
    continuation_token: str | None = Field(default=None, alias="continuationToken", max_length=MAX_TOKEN_CHARACTERS)


def _read(response: Response, page_number: int) -> _UserList:
    if response.status != 200:
        raise _refusal(response.status, page_number)
    return parse(_UserList, response, page_number)


def _record(raw: Any) -> Record:
    return record(raw, _ID)


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

"""VAKA Online, Axema's cloud API (https://developer.vakaonline.se, read for public-facts 2.1).

A token comes from the identity platform (client credentials); every call bears it and the integration's `x-api-key`.
`GET /v1/reservations/users/fetch/{deviceId}` lists the users who may make reservations. Its paging is not documented:
`pageSize` and `continuationToken`, as on VAKA Online's other lists, are sent and followed if the answer has a token. An
answer without one is the whole list; it is cut here into pages in the order of the user ids, so that a run that is
interrupted can go on after the last id it committed.

`phone` is not documented on a user; it is read if it is there.
"""

from bisect import bisect_right
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from bokabridge.adapters.axema.records import GIVE_UP_AFTER, ask, parse, record, user_id
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.adapters.outbound.request import Response, request
from bokabridge.errors import CredentialsRejected, FatalError
from bokabridge.settings.model import AxemaSecret
from bokabridge.usersync.people import Record, UserPage

PAGE_SIZE = 100
"""VAKA Online's largest page."""

CUT_SIZE = 1000
"""How many users of an unpaged answer are one page: each page costs a commit."""

_ID = "userId"

_AFTER, _TOKEN = "after:", "token:"
"""The two forms of our cursor: after this user id of an unpaged answer, or VAKA Online's own token."""


def users_url(api_url: str, device_id: str) -> str:
    """Where the users of a VAKA system are listed."""
    return f"{api_url}/v1/reservations/users/fetch/{quote(device_id, safe='')}"


class VakaOnlineSource:
    """AxemaSource for one company's VAKA system."""

    def __init__(
        self,
        url: str,
        tokens: TokenSource,
        client_id: str,
        secret: AxemaSecret,
        *,
        give_up_after: float = GIVE_UP_AFTER,
    ) -> None:
        self._url = url
        self._tokens = tokens
        self._client_id = client_id
        self._client_secret = secret.client_secret or ""
        self._api_key = secret.api_key or ""
        self._give_up_after = give_up_after
        self._whole_list: _WholeList | None = None

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource."""
        if self._whole_list is None and not (cursor and cursor.startswith(_AFTER)):
            token = cursor.removeprefix(_TOKEN) if cursor else None
            answer = self._request(token, page_number)
            if answer.continuation_token:
                return UserPage([_record(raw) for raw in answer.users], _TOKEN + answer.continuation_token)
            if token:
                return UserPage([_record(raw) for raw in answer.users], None)
            self._whole_list = _WholeList(answer.users)
        if self._whole_list is None:
            self._whole_list = _WholeList(self._request(None, page_number).users)
        return self._whole_list.cut(cursor)

    def check(self) -> None:
        """One try to read the beginning. Raises what `fetch` raises, in sentences about the connection alone."""
        token = self._tokens.renew(self._client_id, self._client_secret)  # a kept one may outlive its secret
        _read(self._send({"pageSize": str(PAGE_SIZE)}, token), 1)

    def _request(self, continuation_token: str | None, page_number: int) -> "_Answer":
        query = {"pageSize": str(PAGE_SIZE)}
        if continuation_token:
            query["continuationToken"] = continuation_token
        return _read(ask(lambda: self._authorized(query), page_number, self._give_up_after), page_number)

    def _authorized(self, query: dict[str, str]) -> Response:
        """One request with a token; a token that is refused is renewed once."""
        answer = self._send(query, self._tokens.get(self._client_id, self._client_secret))
        if answer.status == 401:
            answer = self._send(query, self._tokens.renew(self._client_id, self._client_secret))
        return answer

    def _send(self, query: dict[str, str], token: str) -> Response:
        headers = {"Authorization": f"Bearer {token}", "x-api-key": self._api_key, "Accept": "application/json"}
        return request("GET", self._url, who="Axema", headers=headers, query=query)


class _WholeList:
    """An unpaged answer, in the order of the user ids."""

    def __init__(self, users: list[Any]) -> None:
        self._users = sorted(users, key=lambda raw: user_id(raw, _ID) or "")
        self._ids = [user_id(raw, _ID) or "" for raw in self._users]

    def cut(self, cursor: str | None) -> UserPage:
        """The page after the cursor. Records without an id come with the first."""
        ids = self._ids
        begin = bisect_right(ids, cursor.removeprefix(_AFTER)) if cursor else 0
        end = max(begin, bisect_right(ids, "")) + CUT_SIZE
        while end < len(ids) and ids[end] == ids[end - 1]:  # a user's second record belongs on the same page
            end += 1
        records = [_record(raw) for raw in self._users[begin:end]]
        return UserPage(records, _AFTER + ids[end - 1] if end < len(ids) else None)


class _Answer(BaseModel):
    """The part of the answer that is relied upon. Its records are looked at one by one: a bad one is only skipped."""

    model_config = ConfigDict(hide_input_in_errors=True)

    users: list[Any] = Field(alias="userAccounts")
    continuation_token: str | None = Field(default=None, alias="continuationToken")


def _read(answer: Response, page_number: int) -> _Answer:
    if answer.status != 200:
        raise _refusal(answer.status, page_number)
    return parse(_Answer, answer, page_number)


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

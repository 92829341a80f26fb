"""VAKA Online, Axema's cloud API (https://developer.vakaonline.se, read for public-facts 2.1).

A token comes from the identity platform (client credentials); every call bears it and the integration's `x-api-key`.
`GET /v1/reservations/users/fetch/{deviceId}` lists the users who may make reservations. Its paging is not documented:
`pageSize` and `continuationToken`, as on VAKA Online's other lists, are sent and followed if the answer has a token. An
answer without one is the whole list; it is cut here into pages in the order of the user ids, so that a run that is
interrupted can go on after the last id it committed.

`phone` is not documented on a user; it is read if it is there.
"""

import json
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bokabridge.adapters import remote
from bokabridge.adapters.secrets import axema_secret
from bokabridge.adapters.token import TokenSource
from bokabridge.errors import FatalError, RetriableError
from bokabridge.usersync.people import AxemaUser, BrokenRecord, Record, UserPage
from bokabridge.usersync.settings import AxemaSecret, AxemaSettings

PAGE_SIZE = 100
"""VAKA Online's largest page."""

CUT_SIZE = 500
"""How many users of an unpaged answer are one page: each page costs a commit."""

GIVE_UP_AFTER = 30.0
"""Seconds of retrying one page. With the page worker's budget (45 s) and one last slow answer (36 s) it fits the
function's timeout (120 s)."""

_AFTER, _TOKEN = "after:", "token:"
"""The two forms of our cursor: after this user id of an unpaged answer, or VAKA Online's own token."""


@dataclass(frozen=True, slots=True)
class VakaOnline:
    """SourceFactory for VAKA Online."""

    api_url: str
    tokens: TokenSource
    secrets_prefix: str

    def connect(self, settings: AxemaSettings) -> "VakaOnlineSource":
        """See SourceFactory."""
        secret = axema_secret(self.secrets_prefix, settings.company_id)
        return VakaOnlineSource(users_url(self.api_url, settings.device_id), self.tokens, secret)


def users_url(api_url: str, device_id: str) -> str:
    """Where the users of a VAKA system are listed."""
    return f"{api_url}/v1/reservations/users/fetch/{quote(device_id, safe='')}"


class VakaOnlineSource:
    """AxemaSource for one company's VAKA system."""

    def __init__(
        self, url: str, tokens: TokenSource, secret: AxemaSecret, *, give_up_after: float = GIVE_UP_AFTER
    ) -> None:
        self._url = url
        self._tokens = tokens
        self._secret = secret
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

    def _request(self, continuation_token: str | None, page_number: int) -> "_Answer":
        query = {"pageSize": str(PAGE_SIZE)}
        if continuation_token:
            query["continuationToken"] = continuation_token
        try:
            answer = remote.retrying(lambda: self._authorized(query), self._give_up_after)
        except RetriableError as error:
            raise RetriableError(
                f"{error} The sync stopped at page {page_number}; what it had written stays. Start it again to finish."
            ) from None
        if answer.status != 200:
            raise FatalError(_refusal(answer.status, page_number))
        try:
            return _Answer.model_validate(json.loads(answer.body))
        except (ValueError, ValidationError, RecursionError):
            raise FatalError(f"Axema's answer for page {page_number} is not a list of users.") from None

    def _authorized(self, query: dict[str, str]) -> remote.Answer:
        """One request with a token; a token that is refused is renewed once."""
        credentials = self._secret.client_id, self._secret.client_secret
        answer = self._send(query, self._tokens.get(*credentials))
        if answer.status == 401:
            answer = self._send(query, self._tokens.renew(*credentials))
        return answer

    def _send(self, query: dict[str, str], token: str) -> remote.Answer:
        headers = {"Authorization": f"Bearer {token}", "x-api-key": self._secret.api_key, "Accept": "application/json"}
        return remote.request("GET", self._url, who="Axema", headers=headers, query=query)


class _WholeList:
    """An unpaged answer, in the order of the user ids."""

    def __init__(self, users: list[Any]) -> None:
        self._users = sorted(users, key=lambda raw: _user_id(raw) or "")
        self._ids = [_user_id(raw) or "" for raw in self._users]

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


class _User(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    user_id: str | int = Field(alias="userId")
    name: str | None = None
    email: str | None = None
    phone: str | None = None


def _record(raw: Any) -> Record:
    user_id = _user_id(raw)
    if user_id is None:
        return BrokenRecord(None, "The record has no user id.")
    try:
        user = _User.model_validate(raw)
    except ValidationError as error:
        fields = sorted({str(detail["loc"][0]) for detail in error.errors(include_input=False)})
        return BrokenRecord(user_id, f"The record's {' and '.join(fields)} cannot be read.")
    return AxemaUser(user_id, user.name or "", user.email, user.phone)


def _user_id(raw: Any) -> str | None:
    """The record's user id as text, or None if it has none that could be a key."""
    user_id = raw.get("userId") if isinstance(raw, dict) else None
    if isinstance(user_id, bool) or not isinstance(user_id, str | int):
        return None
    text = str(user_id).strip()
    return text if 0 < len(text) <= 200 and text.isprintable() else None


def _refusal(status: int, page_number: int) -> str:
    if status == 401:
        return "Axema refused the access token. Check the client id and the client secret in the Axema settings."
    if status == 403:
        return "Axema refused the API key. Check it in the Axema settings, and what the integration may do in VAKA."
    if status == 404:
        return "Axema does not know the VAKA system. Check the device id in the Axema settings."
    return f"Axema refused to list users (HTTP status {status}, page {page_number})."

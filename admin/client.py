"""The HTTP API as the commands call it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from admin.exits import ApiError
from bokabridge.errors import DeliveryUnclear, Unreachable
from bokabridge.http.operation import Operation
from bokabridge.http.wire import MAX_TAKE

type AnyOperation = Operation[Any, Any]

_TIMEOUT = urllib3.Timeout(connect=5, read=35)
"""Seconds. API Gateway responds within 29."""

_BODILESS = ("GET", "DELETE")


@dataclass(frozen=True, slots=True)
class Reply:
    """The response to a request that succeeded: its body, from JSON, and its headers."""

    body: Any
    headers: Mapping[str, str]


class Client:
    """A caller of one stack's API. `headers` are the caller's credentials."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url.rstrip("/")
        self._http = urllib3.PoolManager(
            headers={"Accept": "application/json", **headers}, timeout=_TIMEOUT, retries=False
        )

    def call(self, operation: AnyOperation, **members: object) -> Any:
        """The body of the response to these members of the request. A member of None is left out."""
        return self.send(operation, members).body

    def send(
        self, operation: AnyOperation, members: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> Reply:
        """The response to these members of the request, by their names on the wire.

        Raises ApiError; Unreachable if the API got no request; DeliveryUnclear if it may have changed something.
        """
        given = {name: value for name, value in members.items() if value is not None}
        in_path = set(re.findall(r"{(\w+)}", operation.path))
        path = operation.path_with(**{name: quote(str(given[name]), safe="") for name in in_path})
        rest = {name: value for name, value in given.items() if name not in in_path}
        url = self._url + path
        if operation.method in _BODILESS:
            return self._request(operation.method, f"{url}?{urlencode(rest)}" if rest else url, headers or {}, None)
        return self._request(operation.method, url, headers or {}, rest)

    def listed(self, operation: AnyOperation, **members: object) -> Iterator[Any]:
        """All items of a list, read in pages on demand."""
        skip = 0
        while True:
            results = self.call(operation, **members, Skip=skip, Take=MAX_TAKE)["Results"]
            yield from results
            if len(results) < MAX_TAKE:
                return
            skip += MAX_TAKE

    def date(self) -> str:
        """The Date header of a response. Every response has one, whatever its status."""
        return self._send("GET", f"{self._url}/metadata", {}, None).headers.get("Date", "")

    def _request(self, method: str, url: str, headers: Mapping[str, str], body: object | None) -> Reply:
        response = self._send(method, url, headers, body)
        if response.status != 200:
            raise _error(response)
        return Reply(_json(response), response.headers)

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: object | None) -> urllib3.BaseHTTPResponse:
        try:
            return self._http.request(method, url, headers={**self._http.headers, **headers}, json=body)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
            raise Unreachable(f"The API at {self._url} cannot be reached. Is the stack up?") from None
        except urllib3.exceptions.HTTPError:
            message = f"The API at {self._url} did not respond."
            if method == "GET":
                raise Unreachable(f"{message} Try again.") from None
            raise DeliveryUnclear(
                f"{message} It may have carried the request out; look before you repeat it."
            ) from None


def _json(response: urllib3.BaseHTTPResponse) -> Any:
    try:
        return json.loads(response.data)
    except ValueError:
        raise ApiError(502, "", "The API's response is not JSON. Is the address right?", {}) from None


def _error(response: urllib3.BaseHTTPResponse) -> ApiError:
    try:
        status = json.loads(response.data)["ResponseStatus"]
        sentences = [_sentence(each["Message"]) for each in status.get("Errors") or [status]]
        message = " ".join(dict.fromkeys(sentences))
        return ApiError(response.status, status["ErrorCode"], message, status.get("Meta") or {})
    except (ValueError, KeyError, TypeError):
        return ApiError(response.status, "", f"The API responded with {response.status} and no explanation.", {})


def _sentence(message: str) -> str:
    return message if message.endswith((".", "!", "?")) else f"{message}."

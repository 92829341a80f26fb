"""ServiceStack's clients, each in a process of its own."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from bokabridge.operations.index import OPERATIONS

METHODS = {operation.name: operation.method for operation in OPERATIONS}


@dataclass(frozen=True)
class Refusal:
    """An error, as the client reports it. A field's name is in lower case, because each client sends another case."""

    status: int
    code: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a client made of a response. The names of all members are in lower case, because each client has its own."""

    status: int
    response: Any
    error: dict[str, Any]

    @property
    def refusal(self) -> Refusal:
        fields = [each["fieldname"].lower() for each in self.error.get("errors") or []]
        return Refusal(self.status, self.error.get("errorcode"), tuple(fields))


@dataclass(frozen=True)
class Client:
    """A client, unmodified, with DTOs from our own /types.

    `reads_pascal_case` is False for the Python DTOs, which read camelCase only, be it from ServiceStack or from us.
    `query` is added to each call.
    """

    process: subprocess.Popen[str]
    api_url: str
    reads_pascal_case: bool
    query: Mapping[str, str] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: str | None = None
    """The name of the caller's token."""
    base_path: str = "api"

    def with_(self, **changes: Any) -> Self:
        """The same client with another token, base path or address."""
        return replace(self, **changes)

    def call(self, operation: str, **members: Any) -> Outcome:
        """Call an operation with a DTO that has these members."""
        return self._sent(operation=operation, requests=[members], isBatch=False)

    def call_all(self, operation: str, *requests: Mapping[str, Any], **headers: str) -> Outcome:
        """Call an operation once for each of the DTOs, in one request."""
        return self._sent(operation=operation, requests=requests, isBatch=True, headers=headers)

    def call_path(self, method: str, path: str, body: Any = None) -> Outcome:
        """Call an operation by its own route."""
        return self._sent(path=path, method=method, body=body)

    def succeed(self, operation: str, **members: Any) -> Any:
        """The response's DTO."""
        outcome = self.call(operation, **members)
        assert outcome.status == 200, (operation, outcome)
        return outcome.response

    def shows(self, response: Any, **members: Any) -> bool:
        """Whether the client read these members. One that cannot read PascalCase must have none of them."""
        seen = {name: response.get(name.lower()) for name in members}
        return seen == members if self.reads_pascal_case else not any(seen.values())

    def refusal(self, status: int, code: str, *fields: str) -> Refusal:
        """What the client reports of such an error. Without PascalCase it is the status only."""
        return Refusal(status, code, tuple(map(str.lower, fields))) if self.reads_pascal_case else Refusal(status)

    def _sent(self, **call: Any) -> Outcome:
        call = {
            "apiUrl": self.api_url,
            "basePath": self.base_path,
            "token": self.token and self.tokens[self.token],
            "query": self.query,
            "headers": {},
            "method": METHODS.get(call.get("operation", "")),
            **call,
        }
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(call), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, f"The client ended: {call}"
        outcome = lower(json.loads(line))
        return Outcome(outcome["status"], outcome.get("response"), outcome.get("responsestatus") or {})


def lower(value: Any) -> Any:
    """The value with all names of members in lower case."""
    match value:
        case dict():
            return {name.lower(): lower(each) for name, each in value.items()}
        case list():
            return [lower(each) for each in value]
        case _:
            return value

"""Requests made from the declarations of the operations: valid values, values at the bounds, and garbage."""

import base64
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bokabridge.http.operation import Operation
from bokabridge.operations.index import OPERATIONS
from tests.fuzz import forms
from tests.fuzz.garbage import BODIES, KINDS, TEXTS, TOKENS

type AnyOperation = Operation[Any, Any]

SECRET = "fuzzed-secret-d0-not-show"
"""Part of every secret member that a request gives."""

_SECRET_MEMBERS = {"Password", "ClientSecret", "ApiKey"}
_HEADERS = [
    "Idempotency-Key",
    "Content-Type",
    "Accept",
    "Host",
    "X-Forwarded-For",
    "Cookie",
    "Accept-Encoding",
    "X-Odd",
]
_CONTENT_TYPES = [
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "",
    "/;=",
]


@dataclass(slots=True)
class Fuzzed:
    """One request. `path_values` are not encoded; `is_base64` is API Gateway's flag."""

    operation: AnyOperation
    path_values: dict[str, str] = field(default_factory=dict)
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    is_base64: bool = False
    form: str = ""

    @property
    def path(self) -> str:
        """The path as a client sends it: the operation's own, or the one in `form`."""
        return self.form or self.own_path

    @property
    def own_path(self) -> str:
        """The operation's own path."""
        values = {
            name: quote(text.encode("utf-8", "surrogatepass"), safe="") for name, text in self.path_values.items()
        }
        return self.operation.path_with(**values)

    def event(self, caller: dict[str, str]) -> dict[str, Any]:
        """API Gateway's proxy event."""
        path = self.path
        return {
            "resource": self.operation.path,
            "path": path,
            "httpMethod": self.operation.method,
            "headers": self.headers or None,
            "multiValueHeaders": {name: [value] for name, value in self.headers.items()} or None,
            "queryStringParameters": dict(self.query) or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in self.query} or None,
            "pathParameters": self.path_values or None,
            "requestContext": {
                "path": f"/dev{path}",
                "stage": "dev",
                "domainName": "abc.execute-api.eu-north-1.amazonaws.com",
                "requestId": "request-1",
                "identity": {"sourceIp": "192.0.2.1"},
                "authorizer": caller,
            },
            "body": self.body,
            "isBase64Encoded": self.is_base64,
        }


class Generator:
    """Endless requests, the same ones for the same seed. `valid` has good values by a member's name on the wire.

    With `in_any_form`, most of them have another route than the operation's own, another format or another notation.
    """

    def __init__(self, seed: int, valid: Mapping[str, Sequence[Any]], *, in_any_form: bool = False) -> None:
        self._random = random.Random(seed)
        self._in_any_form = in_any_form
        self._valid = valid
        models = {each.name: each.request.model_json_schema() for each in OPERATIONS}
        self._schemas = {name: model["properties"] for name, model in models.items()}
        self._required = {name: model.get("required", []) for name, model in models.items()}

    def __iter__(self) -> Iterator[Fuzzed]:
        while True:
            for operation in OPERATIONS:
                yield self._request(operation)

    def _request(self, operation: AnyOperation) -> Fuzzed:
        """Most requests have at most one bad member, because a second one would hide behind the first."""
        request, members = Fuzzed(operation), []
        schemas = self._schemas[operation.name]
        mood = self._random.random()
        bad = {self._random.choice(list(schemas))} if mood < 0.6 else set(schemas) if mood < 0.7 else set()
        for name, schema in schemas.items():
            is_required = name in self._required[operation.name]
            if f"{{{name}}}" in operation.path:
                request.path_values[name] = self._text(name, schema, name in bad) or "-"
            elif name in bad or self._chance(0.97 if is_required else 0.5):
                if self._chance(0.8 if operation.method == "GET" else 0.1):
                    request.query.append((self._spelled(name), self._text(name, schema, name in bad)))
                else:
                    members.append(f"{json.dumps(self._spelled(name))}: {self._token(name, schema, name in bad)}")
        if members or operation.method != "GET":
            request.body = "{" + ", ".join(members) + "}"
        if self._chance(0.05):
            request.query.append((self._random.choice(TEXTS), self._random.choice(TEXTS)))
        if request.body:
            request.headers["Content-Type"] = "application/json"
        if self._in_any_form and self._chance(0.8):
            self._transform(request)
        self._spoil(request)
        return request

    def _transform(self, request: Fuzzed) -> None:
        """The request in another form: its route, its body's notation, its response's format."""
        request.form = forms.path_in_form(request.operation.name, request.own_path, self._random)
        if request.form.startswith("/api/") or "/reply/" in request.form.lower() or "/oneway/" in request.form:
            request.query += request.path_values.items()
        request.query += forms.query_in_form(self._random)
        request.headers["Accept"] = self._random.choice(forms.ACCEPTED)
        if self._chance(0.3):
            request.body = self._random.choice(forms.BODIES)
            request.headers["Content-Type"] = self._random.choice(forms.NOTATIONS)
        if request.body and "[]" in request.form and self._chance(0.8):
            request.body = f"[{request.body}]"

    def _spoil(self, request: Fuzzed) -> None:
        """Sometimes another body, another encoding or odd headers."""
        if self._chance(0.06):
            request.body = self._random.choice(BODIES)
        if self._chance(0.06):
            request.is_base64 = True
            if request.body and self._chance(0.6):
                request.body = base64.b64encode(request.body.encode("utf-8", "surrogatepass")).decode()
            elif self._chance(0.5):
                request.body = base64.b64encode(self._random.randbytes(50)).decode()
        if self._chance(0.1):
            request.headers["Content-Type"] = self._random.choice(_CONTENT_TYPES)
        for name in _HEADERS:
            if self._chance(0.08):
                request.headers[self._spelled(name)] = self._random.choice([*TEXTS, "h" * 8000])

    def _text(self, name: str, schema: dict[str, Any], is_bad: bool) -> str:
        value = self._bad(name, schema) if is_bad else self._good(name, schema)
        return value if isinstance(value, str) else json.dumps(value)

    def _token(self, name: str, schema: dict[str, Any], is_bad: bool) -> str:
        if name in _SECRET_MEMBERS and self._chance(0.7):
            return json.dumps(SECRET + self._random.choice(["", "\n", "\x00", "é", "x" * 2000] if is_bad else [""]))
        if not is_bad:
            return json.dumps(self._good(name, schema))
        value = self._bad(name, schema)
        is_bare = isinstance(value, str) and value in TOKENS and self._chance(0.5)
        return self._random.choice(TOKENS) if self._chance(0.3) else value if is_bare else json.dumps(value)

    def _bad(self, name: str, schema: dict[str, Any]) -> Any:
        """Half of the time garbage that looks like a value of this kind, else any garbage or a value at a bound."""
        choices = self._random.choice([KINDS[_kind(name, schema)], KINDS[_kind(name, schema)], _bounds(schema), TEXTS])
        return self._random.choice(choices or TEXTS)

    def _good(self, name: str, schema: dict[str, Any]) -> Any:
        choices = self._valid.get(name) or _bounds(schema) or ["x"]
        return self._random.choice(choices)

    def _spelled(self, name: str) -> str:
        return self._random.choice([name, name, name, name.lower(), name.upper(), name.swapcase()])

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability


def _kind(name: str, schema: dict[str, Any]) -> str:
    """The kind of garbage that looks like this member's values."""
    parts = [schema, *schema.get("anyOf", [])]
    if any(part.get("type") == "integer" for part in parts):
        return "number"
    if any(part.get("format") == "date-time" for part in parts):
        return "date"
    return "guid" if name in ("Id", "CompanyId") else "schedule" if name.startswith("Schedule") else "text"


def _bounds(schema: dict[str, Any]) -> list[Any]:
    """Values at and next to the bounds that a member's schema declares."""
    found: list[Any] = []
    for part in [schema, *schema.get("anyOf", [])]:
        for bound in ("minimum", "maximum", "ge", "le"):  # pydantic's own words before our reading of a number
            if bound in part:
                found += [part[bound] - 1, part[bound], part[bound] + 1, str(part[bound])]
        if "maxLength" in part:
            found += ["n" * part["maxLength"], "n" * (part["maxLength"] + 1)]
        found += part.get("enum", [])
    return found

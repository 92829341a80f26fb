"""What API Gateway's proxy event says about a request. Names of headers and parameters match in any case.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bokabridge.http.base_path import own_path
from bokabridge.http.routes import OVERRIDE, Address, address, method_of


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter, by the name that the caller wrote first. Repeated values are joined by commas."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Received:
    """A request. The names in `headers` and `query` are in lower case. No path has the base path of a custom domain.

    `method` is the one that the caller wants in place of the real one, if any. Parameters without a value are absent.
    """

    event: Mapping[str, Any]
    method: str
    path: str
    address: Address
    headers: Mapping[str, str]
    query: Mapping[str, Parameter]

    @property
    def is_head(self) -> bool:
        """True if the response must have no body."""
        return self.method == "HEAD"

    def parameter(self, name: str) -> str:
        """The value of a query parameter, or ""."""
        found = self.query.get(name)
        return found.value if found else ""

    @property
    def shown_path(self) -> str:
        """The path for logs: API Gateway's, whose parameters have no values. An Axema user id may be an e-mail."""
        return self.path if self.address.is_predefined else str(self.event.get("resource") or self.path)


def receive(event: Mapping[str, Any]) -> Received:
    """The request in this event."""
    headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    query = _query(event)
    path = own_path(event)
    in_query = query[OVERRIDE].value if OVERRIDE in query else ""
    method = method_of(str(event.get("httpMethod") or ""), headers.get(OVERRIDE, ""), in_query)
    return Received({**event, "path": path}, method, path, address(path), headers, query)


def _query(event: Mapping[str, Any]) -> dict[str, Parameter]:
    single = event.get("queryStringParameters") or {}
    several = event.get("multiValueQueryStringParameters") or {name: [value] for name, value in single.items()}
    found: dict[str, Parameter] = {}
    for name, values in several.items():
        text = ",".join([str(value) for value in values or () if value])
        if text:
            key = name.lower()
            known = found.get(key)
            found[key] = Parameter(known.name, f"{known.value},{text}") if known else Parameter(name, text)
    return found

"""API Gateway's proxy events for operations, and what an operation returns to API Gateway."""

import json
from dataclasses import dataclass
from typing import Any

from tests.data import COMPANY_ID

WRITER = {"principalId": "anna", "companyId": COMPANY_ID, "roles": "bookingsupplier-administrator-write"}
READER = {"principalId": "anna", "companyId": COMPANY_ID, "roles": "bookingsupplier-administrator-read"}
WITHOUT_ROLE = {"principalId": "anna", "companyId": COMPANY_ID, "roles": ""}
SUPERADMIN = {"principalId": "root", "companyId": "", "roles": "superadmin other-role"}


@dataclass
class Context:
    """The members of a Lambda context that the functions and Powertools read."""

    aws_request_id: str = "request-1"
    function_name: str = "function"
    function_version: str = "7"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn"
    remaining_milliseconds: int = 25_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_milliseconds


def event(
    method: str = "POST",
    path: str = "/things",
    *,
    caller: dict[str, str] | None = None,
    body: str | None = None,
    query: dict[str, str] | None = None,
    path_parameters: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A request with the members that the functions read. `caller` is the context that the authorizer returned.

    A body is JSON unless `headers` say otherwise.
    """
    all_headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
    if headers is not None:
        all_headers = headers
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": all_headers,
        "multiValueHeaders": {name: [value] for name, value in all_headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": path_parameters,
        "requestContext": {
            "path": f"/dev{path}",
            "stage": "dev",
            "domainName": "abc.execute-api.eu-north-1.amazonaws.com",
            "requestId": "request-1",
            **({"authorizer": caller} if caller is not None else {}),
        },
        "body": body,
        "isBase64Encoded": False,
    }


def behind(
    resource: str, path: str, *, method: str = "GET", proxy: str | None = None, **members: Any
) -> dict[str, Any]:
    """A request to a custom domain with a base path: API Gateway leaves it in `path`; `resource` does not have it."""
    found = event(method, path, **members)
    found["resource"] = resource
    found["requestContext"] |= {"path": path, "domainName": "api.example.com"}
    if proxy is not None:
        found["pathParameters"] = {"proxy": proxy}
    return found


def status_and_body(response: dict[str, Any]) -> tuple[int, Any]:
    return response["statusCode"], json.loads(response["body"])


def header(response: dict[str, Any], name: str) -> str | None:
    values = response["multiValueHeaders"].get(name)
    return values[0] if values else None

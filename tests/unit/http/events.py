"""API Gateway's proxy events, as small as the functions allow."""

import json
from dataclasses import dataclass
from typing import Any

OWN = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"

WRITE = {"principalId": "anna", "companyId": OWN, "roles": "bookingsupplier-administrator-write"}
READ = {"principalId": "anna", "companyId": OWN, "roles": "bookingsupplier-administrator-read"}
NONE = {"principalId": "anna", "companyId": OWN, "roles": ""}
SUPERADMIN = {"principalId": "root", "companyId": "", "roles": "superadmin other-role"}


@dataclass
class Context:
    """What Powertools reads of a Lambda context."""

    aws_request_id: str = "request-1"
    function_name: str = "function"
    function_version: str = "7"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn"


def event(
    method: str = "POST",
    path: str = "/things",
    *,
    caller: dict[str, str] | None = None,
    body: str | None = None,
    query: dict[str, str] | None = None,
    path_parameters: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": {"Accept": "application/json"},
        "multiValueHeaders": {"Accept": ["application/json"]},
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


def answer(response: dict[str, Any]) -> tuple[int, Any]:
    return response["statusCode"], json.loads(response["body"])


def header(response: dict[str, Any], name: str) -> str | None:
    values = response["multiValueHeaders"].get(name)
    return values[0] if values else None

"""The responses that an API gives by itself, before it calls an operation."""

from dataclasses import dataclass

import urllib3

StatusAndCode = tuple[int, str]
"""An HTTP status and an error code."""

UNAUTHORIZED = (401, "Unauthorized")
DENIED = (403, "Forbidden")
NO_OPERATION = (404, "NotFound")


@dataclass(frozen=True)
class Gateway:
    """The responses to a caller whom the authorizer refuses or denies, and to a request for an unknown route."""

    unauthorized: StatusAndCode
    denied: StatusAndCode
    no_operation: StatusAndCode


API_GATEWAY = Gateway(UNAUTHORIZED, DENIED, NO_OPERATION)
"""API Gateway with the template's GatewayResponses. The embedded stack's API is the same."""

SAM_LOCAL = Gateway((502, ""), (403, ""), NO_OPERATION)
"""`sam local` ignores GatewayResponses, and treats the authorizer's "Unauthorized" as a crash (docs/sam-local.md)."""


def gateway_at(api_url: str) -> Gateway:
    """The one of the two that serves this URL."""
    response = urllib3.request("GET", f"{api_url}/customers", retries=False, timeout=60)
    return API_GATEWAY if status_and_code(response)[1] else SAM_LOCAL


def status_and_code(response: urllib3.BaseHTTPResponse) -> StatusAndCode:
    """The code is empty in a success, and in an error that is not in our format."""
    if response.status == 200:
        return (200, "")
    return response.status, response.json().get("ResponseStatus", {}).get("ErrorCode", "")

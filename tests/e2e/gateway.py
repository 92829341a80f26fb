"""What an API answers of itself, before any operation is asked."""

from dataclasses import dataclass

import urllib3

StatusAndCode = tuple[int, str]
"""An HTTP status and an error code."""

UNAUTHORIZED = (401, "Unauthorized")
DENIED = (403, "Forbidden")
NO_OPERATION = (404, "NotFound")


@dataclass(frozen=True)
class Gateway:
    """How callers whom the authorizer refuses or denies, and routes that are not there, are answered."""

    unauthorized: StatusAndCode
    denied: StatusAndCode
    no_operation: StatusAndCode


API_GATEWAY = Gateway(UNAUTHORIZED, DENIED, NO_OPERATION)
"""With the template's GatewayResponses; the embedded stack's API is the same."""

SAM_LOCAL = Gateway((502, ""), (403, ""), (403, ""))
"""It does not read GatewayResponses, and takes the authorizer's "Unauthorized" for an accident (docs/sam-local.md)."""


def gateway_at(api_url: str) -> Gateway:
    """Which of the two this is."""
    answer = urllib3.request("GET", f"{api_url}/nothing", retries=False)
    return API_GATEWAY if status_and_code(answer)[1] else SAM_LOCAL


def status_and_code(answer: urllib3.BaseHTTPResponse) -> StatusAndCode:
    """What a caller is told: no code with a success, nor in an error that is not of our format."""
    if answer.status == 200:
        return (200, "")
    return answer.status, answer.json().get("ResponseStatus", {}).get("ErrorCode", "")

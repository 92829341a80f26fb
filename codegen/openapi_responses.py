"""The responses of the operations in the OpenAPI document: successes, and which errors an operation can have."""

from typing import Any

from bokabridge.http.operation import Operation
from bokabridge.operations.products import STALE_HEADER
from bokabridge.operations.voss import KEY_HEADER
from bokabridge.operations.voss_usages import REPLAYED, USAGE_ID_HEADER
from codegen.examples import RESPONSES, error
from codegen.model import Call

type Json = dict[str, Any]

_ALWAYS = (400, 401, 403, 429, 500, 503, 504)
_WITH_BODY = (413, 415)

_OWN = {
    "CreateAxemaUserSync": (409,),
    "GetAxemaUserSyncJob": (404,),
    "QueryAxemaUserSyncIssues": (404,),
    "QueryAxemaUserSyncChanges": (404,),
    "CancelAxemaUserSync": (404, 409),
    "SyncAxemaUser": (404, 409),
    "UndoAxemaUserSync": (404, 409),
    "GetAxemaCodeLockSetting": (404,),
    "AddAxemaCodeLockSetting": (409,),
    "UpdateAxemaCodeLockSetting": (404, 409),
    "TestAxemaCodeLockSetting": (409,),
    "DeleteAxemaCodeLockSetting": (404, 409),
    "GetAxemaHealth": (404,),
    "CreateVossUsage": (404, 409, 422),
    "GetVossUsage": (404,),
    "SettleVossUsage": (404, 409),
}
"""The errors that not all operations have."""

_ERRORS = {
    400: ("The request is not valid. `Errors` names the members.", "NotEmpty", "'Quantity' should not be empty."),
    401: ("The request has no valid token and no valid API key.", "Unauthorized", "Not Authenticated"),
    403: ("The caller lacks the role, or may not act for this company.", "Invalid Role", "Invalid Role"),
    404: ("There is no such thing in this company.", "NotFound", "There is no sync job with this id."),
    409: (
        "The request conflicts with what is there, or with another request.",
        "Conflict",
        "A sync is already running for this company. Only one can run at a time.",
    ),
    413: ("The body is too large.", "RequestTooLarge", "The body is larger than 256 KB. Send less at once."),
    415: (
        "The body's Content-Type is not one that we read.",
        "UnsupportedMediaType",
        "The body has a Content-Type that we do not read.",
    ),
    422: (
        "The usage is not billed and never will be under this key, or the key belongs to another usage.",
        "IdempotencyKeyReused",
        "The Idempotency-Key belongs to another usage.",
    ),
    429: ("Too many requests.", "TooManyRequests", "Too many requests; try again in a while."),
    500: (
        "Something went wrong on our side.",
        "InternalServerError",
        "Something went wrong on our side. Try again in a while.",
    ),
    503: (
        "A service that we need is busy or away. Nothing was done.",
        "ServiceUnavailable",
        "VOSS does not respond at the moment. Try again in a while.",
    ),
    504: (
        "The response took too long. For a usage, the outcome is not known yet.",
        "OutcomeUnknown",
        "It is not known yet whether VOSS has the usage.",
    ),
}
"""The meaning of each status, with the code and the message of an example."""

_HEADERS: dict[tuple[str, int], Json] = {
    ("", 401): {"WWW-Authenticate": "How to authenticate: `Bearer`."},
    ("", 429): {"Retry-After": "The seconds to wait, if they are known."},
    ("", 503): {"Retry-After": "The seconds to wait, if they are known."},
    ("CreateAxemaUserSync", 200): {"Location": "The address of the job."},
    ("CreateVossUsage", 200): {
        KEY_HEADER: "The key of the request, or the one that we made.",
        USAGE_ID_HEADER: "The id of the usage.",
        **dict.fromkeys(REPLAYED, "`true` if this repeats the outcome of an earlier request."),
    },
    ("GetVossProducts", 200): {
        STALE_HEADER: "`true` if VOSS did not respond, and this is an old copy.",
        "Age": "The age of the copy in seconds.",
    },
}


def responses(operation: Operation[Any, Any], call: Call, success: Json) -> Json:
    """The responses of one operation. `success` is the schema of a success."""
    has_body = any(member.parameter == "body" for member in call.request.members)
    statuses = {*_ALWAYS, *_OWN.get(operation.name, ()), *(_WITH_BODY if has_body else ())}
    content = {"application/json": {"schema": success, "example": RESPONSES[operation.response.__name__]}}
    headers = _headers(operation.name, 200)
    found: Json = {"200": {"description": "Success", **headers, "content": content}}
    return found | {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def error_responses() -> Json:
    """All errors, by their status."""
    schema = {"$ref": "#/components/schemas/ErrorResponse"}
    return {
        str(status): {
            "description": description,
            **_headers("", status),
            "content": {"application/json": {"schema": schema, "example": error(code, message)}},
        }
        for status, (description, code, message) in _ERRORS.items()
    }


def _headers(operation: str, status: int) -> Json:
    described = _HEADERS.get((operation, status))
    if not described:
        return {}
    return {"headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in described.items()}}

"""The HTTP response to each error that all operations share. Errors of one bridge have their rule in operations/.

The body is ServiceStack's `{"ResponseStatus": {ErrorCode, Message, Errors, Meta}}` (public-facts 1.8 and 5.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from bokabridge import errors
from bokabridge.http.wire import WireModel

RETRY_AFTER_SECONDS = 5
"""What a caller waits before it repeats a request that failed with 503."""


class _ErrorModel(WireModel):
    """A DTO of ServiceStack's own."""

    xml_namespace: ClassVar[str] = "http://schemas.servicestack.net/types"
    is_ordered: ClassVar[bool] = True


class FieldError(_ErrorModel):
    """ResponseError: what is wrong with one field of the request."""

    dto_name: ClassVar[str] = "ResponseError"

    error_code: str
    field_name: str
    message: str
    meta: dict[str, str] | None = None


class ResponseStatus(_ErrorModel):
    """Why a request failed. StackTrace is always empty, and only XML shows it."""

    error_code: str
    message: str
    stack_trace: str | None = None
    errors: list[FieldError] = Field(default_factory=list)
    meta: dict[str, str] | None = None


class ErrorResponse(_ErrorModel):
    """The body of every response that is not a success."""

    response_status: ResponseStatus


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed call: the HTTP status, the body, its headers, and the path for the Location header (None: no header)."""

    status: int
    body: ErrorResponse
    headers: dict[str, str] = field(default_factory=dict)
    location: str | None = None


def failure(
    status: int,
    code: str,
    message: str,
    *,
    errors: list[FieldError] | None = None,
    meta: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    location: str | None = None,
) -> Failure:
    """A Failure with this status and ResponseStatus."""
    response_status = ResponseStatus(error_code=code, message=message, errors=errors or [], meta=meta)
    return Failure(status, ErrorResponse(response_status=response_status), headers or {}, location)


def with_meta(failed: Failure, meta: Mapping[str, str]) -> Failure:
    """The same Failure with these members in its Meta, too."""
    status = failed.body.response_status
    status = status.model_copy(update={"meta": {**(status.meta or {}), **meta}})
    return replace(failed, body=ErrorResponse(response_status=status))


def failure_for(error: Exception) -> Failure:
    """The response to this error. An unforeseen error is a 500 that reveals nothing about it."""
    match error:
        case ValidationError():
            details = [_field_error(detail) for detail in error.errors(include_url=False, include_input=False)]
            return failure(400, details[0].error_code, details[0].message, errors=details)
        case errors.InvalidInput():
            return failure(400, error.code, str(error), errors=[_invalid_field(error)] if error.field else None)
        case errors.InvalidFields():
            details = [_invalid_field(problem) for problem in error.problems]
            return failure(400, details[0].error_code, error.summary or details[0].message, errors=details)
        case errors.Unauthenticated():
            return failure(401, "Unauthorized", str(error), headers={"WWW-Authenticate": "Bearer"})
        case errors.InvalidRole():
            return failure(403, "Invalid Role", str(error))
        case errors.Forbidden():
            return failure(403, "Forbidden", str(error))
        case errors.NotFound():
            return failure(404, "NotFound", str(error))
        case errors.MethodNotAllowed():
            allowed = dict.fromkeys([*error.methods, *(["HEAD"] if "GET" in error.methods else []), "OPTIONS"])
            return failure(405, "NotImplementedException", str(error), headers={"Allow": ", ".join(allowed)})
        case errors.UnsupportedMediaType():
            return failure(415, "UnsupportedMediaType", str(error))
        case errors.RequestTooLarge():
            return failure(413, "RequestTooLarge", str(error))
        case errors.Conflict():
            return failure(409, "Conflict", str(error))
        case errors.TooManyRequests():
            headers = {"Retry-After": str(error.retry_after_seconds)}
            return failure(429, "TooManyRequests", str(error), headers=headers)
        case errors.Unavailable() | errors.RetriableError():
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return failure(503, "ServiceUnavailable", str(error), headers=headers)
        case _:
            return failure(500, "InternalServerError", "Something went wrong on our side. Try again in a while.")


def _invalid_field(problem: errors.InvalidInput) -> FieldError:
    return FieldError(error_code=problem.code, field_name=problem.field or "", message=str(problem))


def _field_error(detail: ErrorDetails) -> FieldError:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    code, rule = _rule(detail)
    return FieldError(error_code=code, field_name=name, message=f"'{name}' {rule}")


def _rule(detail: ErrorDetails) -> tuple[str, str]:
    """The error code and the end of the sentence. Our own validators bring both; pydantic's get our words."""
    kind, context = detail["type"], detail.get("ctx", {})
    match kind:
        case "missing":
            return "NotEmpty", "should not be empty."
        case "int_parsing" | "int_type" | "int_from_float":
            return "InvalidInteger", "must be a whole number."
        case "greater_than_equal":
            return "GreaterThanOrEqual", f"must be at least {context['ge']}."
        case "less_than_equal":
            return "LessThanOrEqual", f"must be at most {context['le']}."
        case "string_too_long":
            return "Length", f"must be at most {context['max_length']} characters."
        case _ if kind[0].isupper():
            return kind, detail["msg"]
        case _:
            return "Invalid", "is not valid."

"""Which error is which HTTP answer: decided here and nowhere else.

The body is ServiceStack's `{"ResponseStatus": {ErrorCode, Message, Errors, Meta}}` (public-facts 1.8 and 5.3).
"""

from dataclasses import dataclass, field, replace

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bokabridge import errors
from bokabridge.http.urls import job_path
from bokabridge.http.wire import WireModel


class FieldError(WireModel):
    """What is wrong with one field of the request."""

    error_code: str
    field_name: str
    message: str


class ResponseStatus(WireModel):
    """Why a request failed. Members that do not apply are absent."""

    error_code: str
    message: str
    errors: list[FieldError] | None = None
    meta: dict[str, str] | None = None


class ErrorResponse(WireModel):
    """The body of every answer that is not a success."""

    response_status: ResponseStatus


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An HTTP status, its body, headers that belong to it, and the path of the resource that is in the way."""

    status: int
    body: ErrorResponse
    headers: dict[str, str] = field(default_factory=dict)
    location: str | None = None


def answer_for(error: Exception) -> ErrorAnswer:
    """The answer that tells a caller about this error. An error nobody foresaw is a 500 that says nothing of it."""
    match error:
        case ValidationError():
            details = [_field_error(detail) for detail in error.errors(include_url=False, include_input=False)]
            return _answer(400, details[0].error_code, details[0].message, errors=details)
        case errors.InvalidInput():
            field_error = FieldError(error_code=error.code, field_name=error.field or "", message=str(error))
            fields = [field_error] if error.field else None
            return _answer(400, error.code, str(error), errors=fields)
        case errors.InvalidFields():
            details = [FieldError(error_code=p.code, field_name=p.field or "", message=str(p)) for p in error.problems]
            return _answer(400, details[0].error_code, details[0].message, errors=details)
        case errors.NotConfigured():
            return _answer(400, "AxemaNotConfigured", str(error))
        case errors.Unauthenticated():
            return _answer(401, "Unauthorized", str(error), headers={"WWW-Authenticate": "Bearer"})
        case errors.InvalidRole():
            return _answer(403, "Invalid Role", str(error))
        case errors.Forbidden():
            return _answer(403, "Forbidden", str(error))
        case errors.NotFound():
            return _answer(404, "NotFound", str(error))
        case errors.Conflict():
            return _answer(409, "Conflict", str(error))
        case errors.AlreadyRunning():
            answer = _answer(409, "Conflict", str(error), meta={"JobId": error.job_id})
            return replace(answer, location=job_path(error.job_id))
        case errors.UsageError():
            return _usage_answer(error)
        case errors.Unavailable() | errors.RetriableError():
            return _answer(503, "ServiceUnavailable", str(error), headers={"Retry-After": "5"})
        case _:
            return _answer(500, "InternalServerError", "Something went wrong on our side. Try again in a while.")


_REFUSALS = {errors.Refusal.Invalid: 400, errors.Refusal.NotFound: 404, errors.Refusal.Unprocessable: 422}


def _usage_answer(error: errors.UsageError) -> ErrorAnswer:
    """How a usage that is not billed, or not for sure, is told. Only a 504 leaves open whether it will be."""
    status, code = _usage_status(error)
    headers = {"Idempotency-Replayed": "true"} if error.replayed else {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    meta = {"UsageId": error.usage_id} if error.usage_id else None
    return _answer(status, code, str(error), meta=meta, headers=headers)


def _usage_status(error: errors.UsageError) -> tuple[int, str]:
    match error:
        case errors.KeyReused():
            return 422, "IdempotencyKeyReused"
        case errors.UsageInProgress():
            return 409, "Conflict"
        case errors.UsageRejected():
            return _REFUSALS[error.refusal], "RejectedByVoss"
        case errors.UsageNotSent():
            return 503, "ServiceUnavailable"
        case _:
            return 504, "OutcomeUnknown"


def _answer(
    status: int,
    code: str,
    message: str,
    *,
    errors: list[FieldError] | None = None,
    meta: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> ErrorAnswer:
    response_status = ResponseStatus(error_code=code, message=message, errors=errors, meta=meta)
    return ErrorAnswer(status, ErrorResponse(response_status=response_status), headers or {})


def _field_error(detail: ErrorDetails) -> FieldError:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    code, rule = _rule(detail)
    return FieldError(error_code=code, field_name=name, message=f"'{name}' {rule}")


def _rule(detail: ErrorDetails) -> tuple[str, str]:
    """The error code and the end of the sentence. Our own validators bring both, pydantic's are told in our words."""
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

"""The responses that show a usage, and those that explain why one is not billed."""

import json

from bokabridge.errors import (
    KeyReused,
    LedgerUnavailable,
    Refusal,
    UsageDisputed,
    UsageError,
    UsageInProgress,
    UsageNotBilled,
    UsageNotSent,
    UsageRejected,
)
from bokabridge.http.errors import Failure, failure
from bokabridge.http.size import MAX_BODY_BYTES, sent_bytes
from bokabridge.http.wire import WireDate, WireGuid, WireModel
from bokabridge.paging import Page
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.usage import Settlement, Usage

REPLAYED = {"Idempotency-Replayed": "true"}
"""The header of a response that repeats the outcome of an earlier request."""
USAGE_ID_HEADER = "X-Usage-Id"

_ENVELOPE_BYTES = 1000
"""More than what a list has around its items."""

_REFUSALS = {Refusal.Invalid: 400, Refusal.NotFound: 404, Refusal.Unprocessable: 422}


class VossUsageSettlement(WireModel):
    """A person's decision about a disputed usage. `by` is the person's id at the identity server."""

    outcome: str
    note: str
    by: str
    date: WireDate


class VossUsageResponse(WireModel):
    """A usage.

    `answer` is VOSS's response, with VOSS's own member names; without one, `reason` says why. `raw_answer` is the text
    of a response that is not in the agreed format, up to 64 KB. `answer_omitted` is True in a list that has no room for
    either; GetVossUsage shows them.
    """

    id: WireGuid
    company_id: WireGuid
    idempotency_key: str
    state: str
    article_number: str
    quantity: int
    attempts: int
    answer: CreateSubscriptionProductGroupResult | None
    raw_answer: str | None
    answer_omitted: bool | None = None
    reason: str | None
    settlement: VossUsageSettlement | None
    created_date: WireDate
    updated_date: WireDate


class QueryVossUsagesResponse(WireModel):
    """The wanted part of the matching usages, newest first. Total counts all that match."""

    offset: int
    total: int
    results: list[VossUsageResponse]


def usage_failure(error: Exception) -> Failure | None:
    """The response to a usage that is not billed, or not for certain."""
    if not isinstance(error, UsageError):
        return None
    status, code = _status_and_code(error)
    headers = dict(REPLAYED) if error.replayed else {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    meta = {"UsageId": error.usage_id} if error.usage_id else None
    return failure(status, code, str(error), meta=meta, headers=headers)


def _status_and_code(error: UsageError) -> tuple[int, str]:
    match error:
        case KeyReused():
            return 422, "IdempotencyKeyReused"
        case UsageInProgress():
            return 409, "Conflict"
        case UsageRejected():
            return _REFUSALS[error.refusal], "RejectedByVoss"
        case UsageNotSent():
            return 503, "ServiceUnavailable"
        case LedgerUnavailable():
            return 503, "LedgerUnavailable"
        case UsageDisputed():
            return 409, "Disputed"
        case UsageNotBilled():
            return 422, "NotBilled"
        case _:
            return 504, "OutcomeUnknown"


class _NoResult(CreateSubscriptionProductGroupResult):
    """The body for a usage that VOSS has without a readable result: an empty object."""

    def to_json(self) -> str:
        """An object without members."""
        return "{}"


def result_of(usage: Usage) -> CreateSubscriptionProductGroupResult:
    """VOSS's response to a usage that is Sent."""
    if usage.result_json is None:
        return _NoResult.model_construct()  # type: ignore[call-arg]  # it has no members
    return CreateSubscriptionProductGroupResult.model_validate_json(usage.result_json)


def usage_response(usage: Usage, *, omits_answer: bool = False) -> VossUsageResponse:
    """The DTO of a usage."""
    return VossUsageResponse(
        id=usage.id,
        company_id=usage.company_id,
        idempotency_key=usage.key,
        state=usage.state.value,
        article_number=usage.order.article_number,
        quantity=usage.order.quantity,
        attempts=usage.attempt,
        answer=result_of(usage) if usage.result_json and not omits_answer else None,
        raw_answer=None if omits_answer else usage.raw_answer,
        answer_omitted=omits_answer or None,
        reason=usage.reason,
        settlement=_settlement(usage.settlement) if usage.settlement else None,
        created_date=usage.created_at,
        updated_date=usage.updated_at,
    )


def usages_response(page: Page[Usage]) -> QueryVossUsagesResponse:
    """The DTO of a search's result. It has every usage of the page, and those answers for which there is room."""
    bare = [usage_response(usage, omits_answer=_has_answer(usage)) for usage in page.results]
    room = MAX_BODY_BYTES - _ENVELOPE_BYTES - sum(sent_bytes(response.to_json()) for response in bare)
    results = []
    for usage, response in zip(page.results, bare, strict=True):
        size = sent_bytes(usage.result_json or "") + sent_bytes(json.dumps(usage.raw_answer or ""))
        if size <= room:
            room -= size
            results.append(usage_response(usage))
        else:
            results.append(response)
    return QueryVossUsagesResponse(offset=page.offset, total=page.total, results=results)


def _has_answer(usage: Usage) -> bool:
    return usage.result_json is not None or usage.raw_answer is not None


def _settlement(made: Settlement) -> VossUsageSettlement:
    return VossUsageSettlement(outcome=made.outcome.value, note=made.note, by=made.by, date=made.at)

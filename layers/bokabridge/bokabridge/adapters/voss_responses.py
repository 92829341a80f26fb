"""The reading of VOSS's responses. The assumptions behind it are numbered in `adapters/voss.py`."""

import json
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictInt

from bokabridge.adapters.outbound.request import Response
from bokabridge.errors import Refusal
from bokabridge.voss.outcome import (
    Accepted,
    Acknowledged,
    AlreadyThere,
    NotSent,
    NotThere,
    Outcome,
    ReadBack,
    Refused,
    Unclear,
)
from bokabridge.voss.result import CreateSubscriptionProductGroupResult

MAX_STORED_BYTES = 64 * 1024
"""DynamoDB stores at most 400 KB in a record; a longer response is stored shortened."""

MAX_REASON_CHARACTERS = 500

_REFERENCE = "externalReference"
_REFUSALS = {400: Refusal.Invalid, 404: Refusal.NotFound}
_NEVER_FINAL = frozenset({407, 408, 425})
"""Statuses that a proxy sends, or that ask for the same request again."""


def outcome_of_post(response: Response, usage_id: str, secrets: Collection[str]) -> Outcome:
    """The outcome of a POST. `secrets` are the texts that must not be stored, even if VOSS repeats them."""
    raw = _readable(response.body, secrets)
    sentence = _sentence(raw)
    match response.status:
        case status if 200 <= status < 300:
            return _taken(raw, usage_id, status)
        case 409:
            return AlreadyThere(_quoting("VOSS says that it already has the usage.", sentence), _cut(raw))
        case 429:
            reason = _quoting("VOSS accepts no more requests at the moment.", sentence)
            return NotSent(reason, response.retry_after_seconds, was_answered=True)
        case 401:
            return NotSent(_quoting("VOSS did not accept our access token.", sentence), was_answered=True)
        case 403 if sentence:
            reason = _quoting("VOSS does not let us bill usage.", sentence)
            return NotSent(reason, may_retry=False, was_answered=True)
        case status if 400 <= status < 500 and status not in _NEVER_FINAL and sentence:
            return Refused(_REFUSALS.get(status, Refusal.Unprocessable), sentence)
        case status:
            return Unclear(_quoting(f"VOSS responded with HTTP status {status}.", sentence), bool(sentence))


def outcome_of_read_back(response: Response, usage_id: str, secrets: Collection[str]) -> ReadBack:
    """The outcome of a read-back. NotThere only if VOSS itself says so."""
    raw = _readable(response.body, secrets)
    if response.status != 200:
        sentence = _sentence(raw)
        reason = f"VOSS responded to the read-back with HTTP status {response.status}."
        return Unclear(_quoting(reason, sentence), bool(sentence))
    try:
        listed = _Listed.model_validate(json.loads(raw))
        ours = [json.dumps(item) for item in listed.items if _names(item, usage_id)]
    except (ValueError, RecursionError):
        return Unclear("VOSS's response to the read-back cannot be read.")
    if not listed.items and not listed.totalCount:
        return NotThere()
    if not ours:
        return Unclear("VOSS responded to the read-back with other usages.")
    return _result(ours[0], lines=len(ours))


def _taken(raw: str, usage_id: str, status: int) -> Accepted | Acknowledged:
    """VOSS took the usage, whatever the response to the POST contains."""
    result = _result(raw)
    body = _json(raw)
    is_ours, is_anothers = _names(body, usage_id), isinstance(body, dict) and bool(body.get(_REFERENCE))
    if is_ours or (result.result_json and not is_anothers):
        return result
    sentence = _sentence(raw)
    reason = f"VOSS responded with HTTP status {status}, but its response cannot be read."
    return Acknowledged(_quoting(reason, sentence), _cut(raw))


def _result(raw: str, lines: int = 1) -> Accepted:
    """The response as a result, shortened if it is too large, or as its text if it is not a result."""
    try:
        result = CreateSubscriptionProductGroupResult.model_validate(json.loads(raw))
    except (ValueError, RecursionError):  # pydantic's ValidationError is a ValueError
        return Accepted(None, _cut(raw), "VOSS has the usage, but its response is not in the agreed format.", lines)
    if _size(result.to_json()) <= MAX_STORED_BYTES:
        return Accepted(result.to_json(), lines=lines)
    note = f"VOSS's response has {_size(raw)} bytes, so it is stored shortened."
    shortened = result.shortened().to_json()
    if _size(shortened) <= MAX_STORED_BYTES:
        return Accepted(shortened, note=note, lines=lines)
    return Accepted(None, _cut(raw), note, lines)


def _names(body: Any, usage_id: str) -> bool:
    """True if the object names our usage. GUIDs may come in either case."""
    return isinstance(body, dict) and str(body.get(_REFERENCE, "")).lower() == usage_id.lower()


def _sentence(raw: str) -> str | None:
    """VOSS's own sentence in a JSON object, or None. A problem (RFC 7807) without a sentence counts by its type."""
    body = _members(_json(raw))
    places = [body, _members(body.get("error")), _members(body.get("responsestatus"))]
    for place in places:
        for name in ("message", "detail", "title"):
            text = place.get(name)
            if isinstance(text, str) and (tidy := _tidy(text)):
                return tidy
    problem = body.get("type")
    if isinstance(problem, str) and isinstance(body.get("status"), int) and _tidy(problem):
        return _tidy(f"VOSS refused the usage ({problem}).")
    return None


def _members(value: Any) -> dict[str, Any]:
    """The object's members by their names in lower case; none if the value is not an object."""
    return {str(name).lower(): member for name, member in value.items()} if isinstance(value, dict) else {}


def _tidy(text: str) -> str:
    return "".join(char for char in text.strip() if char.isprintable())[:MAX_REASON_CHARACTERS]


def _quoting(reason: str, sentence: str | None) -> str:
    return f'{reason} VOSS\'s message: "{sentence}"' if sentence else reason


def _readable(body: bytes, secrets: Collection[str]) -> str:
    """The body as text without our own secrets."""
    text = body.decode("utf-8-sig", "replace")
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _json(raw: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _cut(raw: str) -> str | None:
    """The text's first 64 KB; None for an empty one."""
    return raw.encode()[:MAX_STORED_BYTES].decode(errors="ignore") or None


def _size(text: str) -> int:
    return len(text.encode())


class _Listed(BaseModel):
    """A list of usages. Each item is validated only if it is the wanted one."""

    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[Any]
    totalCount: StrictInt | None = None  # noqa: N815 (VOSS's own name)

"""What every response must be, whatever was sent."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Collection
from typing import Any

import pytest

UNAVAILABLE = {(503, "ServiceUnavailable"), (503, "LedgerUnavailable"), (504, "OutcomeUnknown")}
"""The documented responses of the 500s."""

STATUSES = {200, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429}

_REVEALING = re.compile(
    r"Traceback|File \"|\.py\b|botocore|boto3|pydantic|moto|UnicodeEncodeError|ValueError|<class|errors\.pydantic\.dev"
)


def check(status: int, body: str, content_type: str, secrets: Collection[str]) -> None:
    """Fails unless this is a success or an error in ServiceStack's shape and in its format, and reveals nothing."""
    wrapped = re.fullmatch(r"[A-Za-z0-9._]+\((.*)\)", body, re.DOTALL)
    assert wrapped or content_type != "text/javascript", body
    body = wrapped[1] if wrapped else body
    found = _parsed(body, content_type)
    if status != 200:
        error = _error(found) if isinstance(found, dict) else _error_in(body)
        assert status in STATUSES or (status, error["errorcode"]) in UNAVAILABLE, (status, error)
        assert error["errorcode"]
        assert 0 < len(error["message"]) < 1000
        assert not _REVEALING.search(body), body
    assert not [secret for secret in secrets if secret in body]


def _parsed(body: str, content_type: str) -> Any:
    """The JSON, or the text of another format if it can be read in that."""
    match content_type:
        case "application/json; charset=utf-8" | "text/javascript":
            return json.loads(body)
        case "text/jsonl":
            # ?jsconfig=pp spreads each item over several lines, as in ServiceStack.
            items = [json.loads(item) for item in re.split(r"\n(?=\{)", body) if item]
            return items[0] if len(items) == 1 else items
        case "application/xml":
            ET.fromstring(body)
        case "text/csv":
            rows = list(csv.reader(io.StringIO(body, newline=""), strict=True))
            assert len({len(row) for row in rows}) <= 1, body
        case "application/jsv":
            assert (body[0], body[-1]) in (("{", "}"), ("[", "]")), body
        case _:
            pytest.fail(f"unexpected {content_type}")
    return body


def _error(found: dict[str, Any]) -> dict[str, Any]:
    """The ResponseStatus with names in lower case, as `?jsconfig=` can change their case."""
    (status,) = [
        _lowered(value)
        for name, value in found.items()
        if name.replace("_", "").lower() == "responsestatus" and value is not None
    ]
    assert set(status) <= {"errorcode", "message", "stacktrace", "errors", "meta"}
    assert status.get("stacktrace") is None
    for each in status["errors"]:
        assert set(_lowered(each)) <= {"errorcode", "fieldname", "message", "meta"}
    assert status["meta"]["RequestId"]
    return status


def _lowered(members: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "").lower(): value for name, value in members.items()}


def _error_in(body: str) -> dict[str, Any]:
    """Code and message of an error in XML, CSV or JSV, whose names no switch changes, except in JSV."""
    code = re.search(r"error_?code\W+?(\w[\w ]*)", body, re.IGNORECASE)
    message = re.search(r"\bmessage[>:\"]+([^<]+)", body, re.IGNORECASE)
    assert code, body
    assert message, body
    assert re.search(r"request_?id", body, re.IGNORECASE), body
    return {"errorcode": code[1].strip(), "message": message[1][:900]}

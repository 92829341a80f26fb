"""What every response must be, whatever was sent."""

import json
import re
from collections.abc import Collection
from typing import Any

from bokabridge.http.errors import ErrorResponse

UNAVAILABLE = {(503, "ServiceUnavailable"), (503, "LedgerUnavailable"), (504, "OutcomeUnknown")}
"""The documented responses of the 500s."""

STATUSES = {200, 400, 401, 403, 404, 409, 413, 422, 429}

_REVEALING = re.compile(
    r"Traceback|File \"|\.py\b|botocore|boto3|pydantic|moto|UnicodeEncodeError|ValueError|<class|errors\.pydantic\.dev"
)


def check(status: int, body: str, content_type: str, secrets: Collection[str]) -> None:
    """Fails unless this is a success or an error in ServiceStack's shape, and reveals nothing."""
    assert content_type == "application/json; charset=utf-8"
    parsed: Any = json.loads(body)
    if status != 200:
        code = ErrorResponse.model_validate(parsed).response_status.error_code
        assert status in STATUSES or (status, code) in UNAVAILABLE, (status, code)
        assert set(parsed) == {"ResponseStatus"}
        assert set(parsed["ResponseStatus"]) <= {"ErrorCode", "Message", "Errors", "Meta"}
        assert code
        assert 0 < len(parsed["ResponseStatus"]["Message"]) < 1000
        for each in parsed["ResponseStatus"].get("Errors", []):
            assert set(each) == {"ErrorCode", "FieldName", "Message"}
        assert not _REVEALING.search(body), body
    assert not [secret for secret in secrets if secret in body]

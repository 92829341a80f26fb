"""The values of requests that ServiceStack reads, and those that it does not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bokabridge.http.wire import Flag, OptionalDate, WireModel


class _Values(WireModel):
    active: Flag = False
    at: OptionalDate = None


@pytest.mark.parametrize("value", [True, 1, "true", "TRUE", "1", "t", "T", "y", "Y", "on", " true "])
def test_true_has_many_words(value: Any) -> None:
    assert _Values.model_validate({"Active": value}).active is True


@pytest.mark.parametrize("value", [False, 0, "false", "False", "0", "f", "F", "n", "N", "off"])
def test_false_has_many_words(value: Any) -> None:
    assert _Values.model_validate({"Active": value}).active is False


@pytest.mark.parametrize("value", ["yes", "no", "ON", "Off", "2", 2, 1.5, "", "tr", [], "\u0661"])
def test_other_words_are_neither(value: Any) -> None:
    with pytest.raises(ValidationError, match="must be true or false"):
        _Values.model_validate({"Active": value})


AT = datetime(2026, 11, 21, 18, 40, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-21T18:40:01Z", AT),
        ("2026-11-21T18:40:01", AT),
        ("2026-11-21T20:40:01+02:00", AT),
        ("2026-11-21 18:40:01", AT),
        ("2026-11-21 18:40:01Z", AT),
        ("Sat, 21 Nov 2026 18:40:01 GMT", AT),
        (f"/Date({int(AT.timestamp() * 1000)})/", AT),
        (f"/Date({int(AT.timestamp() * 1000)}+0200)/", AT),
        ("/Date(-1)/", datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
        ("2026-11-21T18:40:01.1Z", AT.replace(microsecond=100000)),
        ("2026-11-21T18:40:01.1234567Z", AT.replace(microsecond=123456)),
        ("2026-11-21T18:40", AT.replace(second=0)),
        ("2026-11-21", datetime(2026, 11, 21, tzinfo=UTC)),
        ("20261121", datetime(2026, 11, 21, tzinfo=UTC)),
    ],
)
def test_dates_have_any_of_servicestacks_forms(text: str, at: datetime) -> None:
    assert _Values.model_validate({"At": text}).at == at


@pytest.mark.parametrize(
    "value",
    [
        "2026",
        "21.11.2026",
        "/Date(x)/",
        "/Date(999999999999999)/",
        "/Date(1)",
        "GMT",
        2026,
        True,
        "Sat, 99 Nov 2026 18:40:01 GMT",
        "0001-01-01T00:00:00+02:00",
        "9999-12-31T23:59:59-02:00",
        "2026-13-01",
        "/Date(\u0661)/",
        "\x00",
    ],
)
def test_other_texts_are_no_dates(value: Any) -> None:
    with pytest.raises(ValidationError, match="must be a date in ISO 8601"):
        _Values.model_validate({"At": value})

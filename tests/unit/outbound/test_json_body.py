"""JSON of other systems: its encoding, and values that Python or we do not read."""

import json
from typing import Any

import pytest

from bokabridge.adapters.outbound.json_body import MAX_VALUES, TooManyValues, WrongEncoding, read_json

NAME = "Åsa Öberg-Ähl"
TEXT = json.dumps({"name": NAME}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", ""),
        ("utf-8", "application/json"),
        ("utf-8", "application/json; charset=utf-8"),
        ("utf-8", "application/json; charset=iso-8859-1"),  # a web server's default, not the body's encoding
        ("utf-8", "application/json; charset=klingon"),
        ("utf-8-sig", "application/json"),
        ("utf-16", "application/json"),
        ("utf-16-le", "application/json; charset=utf-16"),
        ("iso-8859-1", "application/json; charset=ISO-8859-1"),
        ("iso-8859-1", 'application/json;charset="latin1"'),
        ("iso-8859-15", "application/json; charset=iso-8859-15"),
        ("cp1252", "text/plain; charset=Windows-1252"),
    ],
)
def test_a_name_is_read_right_in_each_encoding(encoding: str, content_type: str) -> None:
    assert read_json(TEXT.encode(encoding), content_type) == {"name": NAME}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "application/json; charset=utf-8",
        "application/json; charset=us-ascii",
        "application/json; charset=klingon",
        "application/json; charset=hex",
        "application/json; charset=punycode",
        "application/json; charset=",
        "application/json; charset=\x00",
        "application/json; charset*=utf-8''iso-8859-1%FF",
        "\xff;;;=",
    ],
)
def test_another_encoding_that_is_not_declared_is_not_guessed(content_type: str) -> None:
    with pytest.raises(WrongEncoding):
        read_json(TEXT.encode("iso-8859-1"), content_type)


@pytest.mark.parametrize("text", ["[" * 100_000, "", "{", "nul", '{"a":}'])
def test_text_that_is_not_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_json(text.encode())


@pytest.mark.parametrize("one", ["{}", "1", "[]", '""', "[[]]", '{"":0}'])
def test_more_values_than_we_read_are_refused_before_they_are_built(one: str) -> None:
    with pytest.raises(TooManyValues):
        read_json(f"[{','.join([one] * (MAX_VALUES + 1))}]".encode())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud83d"', "\ud83d"),
        ("9" * 5000, float("inf")),
        ("-" + "9" * 5000, float("-inf")),
        ("9" * 4300, int("9" * 4300)),
        ("1e999", float("inf")),
        ('{"a":1,"a":2}', {"a": 2}),
    ],
)
def test_odd_values_are_read(text: str, value: Any) -> None:
    assert read_json(text.encode()) == value


def test_bytes_of_a_lone_surrogate_are_read() -> None:
    assert read_json('"\ud83d"'.encode("utf-8", "surrogatepass")) == "\ud83d"

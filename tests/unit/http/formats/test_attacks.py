"""Bodies that are meant to hurt: each is read or refused with a clear error, in time that grows with its length."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bokabridge.errors import InvalidInput
from bokabridge.http.formats import FORM, FORMATS, decode
from bokabridge.http.wire import WireModel
from bokabridge.operations.voss import CreateVossUsage
from tests.unit.http.formats.values import often_enough

READERS = {**FORMATS, "form": FORM}
NAMESPACE = CreateVossUsage.xml_namespace
ROOT = f'<CreateVossUsage xmlns="{NAMESPACE}">'
SIZE = 64 * 1024
"""A quarter of the largest body that we read. In quadratic time, it would take minutes."""


def outcome(name: str, text: str, *, many: bool = False, request: type[WireModel] = CreateVossUsage) -> Any:
    """The members, or None if the body is refused as it must be."""
    reader = READERS[name]
    try:
        return reader.read_many(text, request) if many else reader.read(text, request)
    except InvalidInput as error:
        refusal = error
    assert refusal.code == "SerializationException"
    assert str(refusal).startswith("The body" if refusal.field is None else f"'{refusal.field}' ")
    assert str(refusal).endswith(".")
    return None


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

REFUSED = {
    "xml": [
        f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>{ROOT}<ArticleNumber>&l9;</ArticleNumber></CreateVossUsage>',
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>{ROOT}<ArticleNumber>&f;</ArticleNumber></CreateVossUsage>',
        f'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">{ROOT}</CreateVossUsage>',
        f'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>{ROOT}</CreateVossUsage>',
        f"<!DOCTYPE CreateVossUsage>{ROOT}</CreateVossUsage>",
        f"{ROOT}<ArticleNumber>&unknown;</ArticleNumber></CreateVossUsage>",
        f"{ROOT}<ArticleNumber>\x00</ArticleNumber></CreateVossUsage>",
        f"{ROOT}<ArticleNumber>&#0;</ArticleNumber></CreateVossUsage>",
        f"{ROOT}<ArticleNumber>\ud800</ArticleNumber></CreateVossUsage>",
        f"{ROOT}<ArticleNumber><b/></ArticleNumber></CreateVossUsage>",
        f"{ROOT}<ArticleNumber>",
        f"{ROOT}</CreateVossUsage><More/>",
        "<CreateVossUsage />",
        '<CreateVossUsage xmlns="urn:other" />',
        f'<Other xmlns="{NAMESPACE}" />',
        '{"ArticleNumber":"A1"}',
        "<a>" * 10_000,
    ],
    "json": [
        '{"CompanyId":',
        "{bad",
        "{} {}",
        "[]",
        "[{}]",
        '"text"',
        "1",
        '{"A":NaN}',
        '{"A":-Infinity}',
        "{'A':1}",
        '{"A":1 "B":2}',
        "{,}",
        '{"A":"\x00"}',
        '{"A":"\n"}',
        '{"A":' + "9" * 5000 + "}",
        "{" * 10_000,
        '{"A":' * 10_000,
        '{"A":' + "[" * 100_000 + "]" * 100_000 + "}",
        "\x00",
    ],
    "jsv": ["[]", "[{}]", "x", "{A}", '{A:"x', "{A:[1}", '{A:"x"y}', "{A:{b:1}c}", "{A:1}x", "{:1}x", '{"A:1}', "\x00"],
    "csv": ['A,B\r\n"1', 'A\r\n"1"2\r\n', "A\r\n" + "x" * 200_000],
    "jsonl": ['{"A":', "[]\n", "1\n{}"],
    "form": [
        "a=%ff",
        "&".join(f"a{n}=1" for n in range(2000)),
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts])
def test_a_body_that_is_not_in_its_format_is_refused(name: str, text: str) -> None:
    assert outcome(name, text) is None


READ = [
    ("json", '{"ArticleNumber":"A1","Other":' + "[" * 500 + "]" * 500 + "}"),
    ("jsv", "{ArticleNumber:A1,Other:" + "[" * 10_000 + "]" * 10_000 + "}"),
    ("jsv", "{ArticleNumber:A1,Other:" + "{a:" * 10_000 + "}" * 10_000 + "}"),
    ("xml", f"{ROOT}<ArticleNumber>A1</ArticleNumber>{'<x>' * 10_000}{'</x>' * 10_000}</CreateVossUsage>"),
    ("csv", "ArticleNumber,Other\r\nA1," + "[" * 10_000 + "\r\n"),
    ("form", "ArticleNumber=A1&Other=" + "[" * 10_000),
    ("jsonl", '{"ArticleNumber":"A1"}\n' + "[" * 10_000),
]


@pytest.mark.parametrize(("name", "text"), READ)
def test_depth_outside_of_the_known_members_is_no_problem(name: str, text: str) -> None:
    assert outcome(name, text)["ArticleNumber"] == "A1"


REPEATED = [
    *(
        "{",
        "}",
        "[",
        "]",
        '"',
        '""',
        '\\"',
        ":",
        ",",
        "a:",
        '"a":',
        "{a:",
        '{"a":',
        "[{",
        "[{},",
        "{a:1,",
        "a",
        " ",
        "\n",
    ),
    *(
        "\r\n",
        "=",
        "&",
        "a=1&",
        "%",
        "%61",
        "+",
        "<",
        "<a>",
        "<a/>",
        "<a b='",
        "&amp;",
        "&#65;",
        "<!--",
        "<![CDATA[",
        "]]>",
    ),
    *(
        "--x\r\n",
        "--\r\n",
        "\r\n\r\n",
        "Content-Disposition: form-data; name=",
        "9",
        "9e9,",
        "-",
        "\\u0041",
        "\ufeff",
        "å",
    ),
    *("😀", "\x00", "\x85", '{"A":1}\n', "<?", "<!DOCTYPE a [", "e", "1,", '"x",', " ,", ", ", ": ", '" ', "a\x00"),
]
BEFORE = [
    "",
    "{",
    "{a:",
    '{"A":"',
    '{"A":',
    "[",
    "{ArticleNumber:",
    '{ArticleNumber:"',
    ROOT,
    f"{ROOT}<ArticleNumber>",
    "--x\r\n",
]
BEFORE += ["A,B\r\n", 'A\r\n"', "ArticleNumber=", "{a:[", "[{a:"]


def seconds(name: str, text: str) -> float:
    """The processor's time for this text, which takes 0.15 s at most, and minutes if it is not linear."""
    at = time.thread_time()
    outcome(name, text)
    outcome(name, text, many=True)
    return time.thread_time() - at


@pytest.mark.parametrize("name", READERS)
def test_any_repetition_is_read_or_refused_in_linear_time(name: str) -> None:
    for before in BEFORE:
        for part in REPEATED:
            text = (before + part * (SIZE // len(part)))[:SIZE]
            attempts = (seconds(name, text) for _ in range(3))  # Python may collect the garbage of all tests meanwhile
            assert any(each < 1 for each in attempts), (before, part)


pieces = st.one_of(
    st.sampled_from([*REPEATED, *BEFORE, "ArticleNumber", "</CreateVossUsage>", "A1", "null"]), st.text(max_size=3)
)
bodies = st.one_of(st.lists(pieces, max_size=12).map("".join), st.text(max_size=60))


@pytest.mark.parametrize("name", READERS)
@often_enough
@given(text=bodies, many=st.booleans())
def test_any_text_is_read_or_refused(name: str, text: str, many: bool) -> None:
    outcome(name, text, many=many)


@often_enough
@given(st.binary(max_size=60))
def test_bytes_are_utf8_or_refused(body: bytes) -> None:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        with pytest.raises(InvalidInput, match="not UTF-8"):
            decode(body)
    else:
        assert decode(body) == text


@pytest.mark.parametrize(
    "body", [b"\xff\xfe{\x00}\x00", b"\xc3\x28", b"\xed\xa0\x80", b"\x80", b"\xf8\x88\x80\x80\x80"]
)
def test_invalid_utf8_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="not UTF-8"):
        decode(body)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode("\ufeff{}".encode()) == "{}"

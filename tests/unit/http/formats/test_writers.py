"""What the writers do with the values that ServiceStack's captured answers do not show."""

import subprocess
import sys
from datetime import UTC, datetime
from typing import ClassVar
from xml.etree import ElementTree as ET

import pytest
from pydantic import Field

from bokabridge.http.formats import FORMATS
from bokabridge.http.formats.numbers import double_text
from bokabridge.http.wire import WireModel
from bokabridge.ids import EMPTY_GUID
from bokabridge.operations.voss_usages import VossUsageResponse, result_of, usage_response
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder, new_usage
from tests import servicestack as stub
from tests.unit.http.formats.things import AT, NOTHING_SET, Thing


def text_of(text: str) -> dict[str, str]:
    """A text, as each format writes it."""
    body = Thing(id=stub.ID, text=text)
    start = {
        "json": f'{{"Id":"{stub.ID}","Text":',
        "jsv": f"{{Id:{stub.ID},Text:",
        "csv": f"Id,Text,Count,Maybe,Share,Active,At,Created,Things,Extra\r\n{stub.ID},",
    }
    end = {"json": ',"Count":', "jsv": ",Count:", "csv": ",0,,0,False,,2026"}
    return {
        name: FORMATS[name].write(body).removeprefix(begin).rpartition(end[name])[0] for name, begin in start.items()
    }


@pytest.mark.parametrize(
    ("text", "json", "jsv", "csv"),
    [
        ("a,b", '"a,b"', '"a,b"', '"a,b"'),
        ("a:b", '"a:b"', '"a:b"', "a:b"),
        ('a"b', '"a\\"b"', '"a""b"', '"a""b"'),
        ("{x}", '"{x}"', '"{x}"', '"{x}"'),
        ("[x]", '"[x]"', '"[x]"', '"[x]"'),
        ("x{y}", '"x{y}"', '"x{y}"', "x{y}"),
        ("}", '"}"', '"}"', "}"),
        ("a\nb", '"a\\nb"', '"a\nb"', '"a\nb"'),
        ("a\r\nb", '"a\\r\\nb"', '"a\r\nb"', '"a\r\nb"'),
        ("a\tb", '"a\\tb"', "a\tb", "a\tb"),
        ("\b\f", '"\\b\\f"', "\b\f", "\b\f"),
        ("a\\b", '"a\\\\b"', "a\\b", "a\\b"),
        ("/'<>&=", '"/\'<>&="', "/'<>&=", "/'<>&="),
        ("å ä ö 😀\u2028\u00a0", '"å ä ö 😀\u2028\u00a0"', "å ä ö 😀\u2028\u00a0", "å ä ö 😀\u2028\u00a0"),
        (
            "\x01\x1f\x7f\x85\x9f",
            '"\\u0001\\u001F\\u007F\\u0085\\u009F"',
            "\x01\x1f\x7f\x85\x9f",
            "\x01\x1f\x7f\x85\x9f",
        ),
        (" x ", '" x "', " x ", " x "),
        ("null", '"null"', "null", "null"),
        ("true", '"true"', "true", "true"),
        ("123", '"123"', "123", "123"),
        ("=1+1", '"=1+1"', "=1+1", "=1+1"),
        ("", '""', '""', ""),
        ("\\u001f", '"\\\\u001f"', "\\u001f", "\\u001f"),
    ],
)
def test_texts_are_quoted_as_in_the_table_of_servicestacks_behaviour(text: str, json: str, jsv: str, csv: str) -> None:
    assert text_of(text) == {"json": json, "jsv": jsv, "csv": csv}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((6, "6"), (6.0, "6"), (0.0, "0"), (-0.0, "-0"), (1234.5, "1234.5"), (0.1 + 0.2, "0.30000000000000004")),
        *(
            (1e14, "100000000000000"),
            (1e15, "1000000000000000"),
            (10**16, "10000000000000000"),
            (1e17, "1E+17"),
            (1e21, "1E+21"),
            (-1.5e300, "-1.5E+300"),
        ),
        *((123456789012345.0, "123456789012345"), (1234567890123456.0, "1234567890123456")),
        *((123456789012345680.0, "1.2345678901234568E+17"), (0.0001, "0.0001"), (0.00012, "0.00012")),
        *((0.00001, "1E-05"), (-2.5e-7, "-2.5E-07"), (5e-324, "5E-324"), (100.25, "100.25")),
    ],
)
def test_doubles_have_dotnets_digits_in_every_format(number: float, text: str) -> None:
    assert double_text(number) == text
    body = stub.usage().model_copy(deep=True)
    item = body.customer_balance_change.items[0].model_copy(update={"amount": number})  # type: ignore[index]
    change = body.customer_balance_change.model_copy(update={"items": [item]})
    body = body.model_copy(update={"customer_balance_change": change})
    assert f'"amount":{text},' in FORMATS["json"].write(body)
    assert f",amount:{text}," in FORMATS["jsv"].write(body)
    assert f"<amount>{text}</amount>" in FORMATS["xml"].write(body)


def test_json_without_anything_special_is_pydantics_own() -> None:
    bodies = (stub.job(), stub.jobs(2), stub.customers(), stub.settings(), stub.products(), stub.usage(quantity=7))
    for body in bodies[:-1]:
        assert FORMATS["json"].write(body) == body.to_json()


def test_empty_guids_and_dates_are_left_out_of_json_and_jsv_only() -> None:
    body = Thing(id=EMPTY_GUID, created=NOTHING_SET)
    assert FORMATS["json"].write(body) == '{"Count":0,"Share":0,"Active":false}'
    assert FORMATS["jsv"].write(body) == "{Count:0,Share:0,Active:False}"
    assert FORMATS["csv"].write(body).splitlines()[1] == f"{EMPTY_GUID},,0,,0,False,,0001-01-01T00:00:00,,"
    assert f"<Id>{EMPTY_GUID}</Id>" in FORMATS["xml"].write(body)


def test_a_usage_shows_vosss_answer_with_its_own_namespace_and_names() -> None:
    usage = new_usage(stub.COMPANY, "key", UsageOrder("A1", 6), stub.CREATED, Timing())
    usage = usage.sent(stub.usage().to_json(), stub.CREATED)
    body: VossUsageResponse = usage_response(usage)
    text = FORMATS["xml"].write(body)
    namespace = CreateSubscriptionProductGroupResult.xml_namespace
    assert f'<Answer xmlns:d2p1="{namespace}"><d2p1:created>{AT}</d2p1:created>' in text
    assert "<d2p1:CustomerBalanceChangeItemDto><d2p1:amount>1234.5</d2p1:amount>" in text
    ET.fromstring(text)


def test_a_usage_without_a_readable_result_is_an_empty_object() -> None:
    body = result_of(new_usage(stub.COMPANY, "key", UsageOrder("A1", 6), stub.CREATED, Timing()))
    assert {name: FORMATS[name].write(body) for name in ("json", "jsv", "csv", "jsonl")} == {
        "json": "{}",
        "jsv": "{}",
        "csv": "",
        "jsonl": "",
    }
    assert ET.fromstring(FORMATS["xml"].write(body)).tag.endswith("}CreateSubscriptionProductGroupResult")


class _Omits(WireModel):
    is_data_contract: ClassVar[bool] = True

    total: float | None = Field(default=None, exclude_if=lambda value: not value)
    name: str = "x"


def test_a_member_with_emit_default_value_false_is_absent_if_it_is_null_or_zero() -> None:
    for total in (None, 0, 0.0):
        assert FORMATS["json"].write(_Omits(total=total)) == '{"name":"x"}'.replace("name", "Name")
        assert "Total" not in FORMATS["xml"].write(_Omits(total=total))
    assert FORMATS["json"].write(_Omits(total=2.0)) == '{"Total":2,"Name":"x"}'


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 11, 21, 18, 40, 1, 123999, tzinfo=UTC), "2026-11-21T18:40:01.123Z"),
        (datetime(2026, 11, 21, 18, 40, 1, 120000, tzinfo=UTC), "2026-11-21T18:40:01.12Z"),
        (datetime(2026, 11, 21, 18, 40, 0, tzinfo=UTC), "2026-11-21T18:40:00Z"),
        (datetime(2026, 11, 20, tzinfo=UTC), "2026-11-20T00:00:00Z"),
        (datetime.fromisoformat("2026-11-21T01:00:00.5+02:00"), "2026-11-20T23:00:00.5Z"),
        (datetime.fromisoformat("2026-11-21T18:40:10"), "2026-11-21T18:40:10"),
    ],
)
def test_dates_end_without_zeros_in_their_fraction(at: datetime, text: str) -> None:
    assert f'"Created":"{text}"' in FORMATS["json"].write(Thing(id=stub.ID, created=at))


def test_a_format_is_imported_when_it_is_used() -> None:
    script = (
        "import sys; from bokabridge.http.formats import FORMATS; from bokabridge.http.wire import WireModel\n"
        "class A(WireModel): a: int = 1\n"
        "print(FORMATS['json'].write(A()), *sorted(n for n in sys.modules if 'http.formats.' in n))\n"
        "print(*(n in sys.modules for n in ('csv', 'xml.parsers.expat', 'pyexpat')))"
    )
    command = f"import sys; sys.path[:0] = {[entry for entry in sys.path if entry]}\n{script}"
    done = subprocess.run(
        [sys.executable, "-c", command],
        capture_output=True,
        text=True,
        check=True,
    )
    formats = "bokabridge.http.formats."
    assert done.stdout.split("\n")[0] == (f'{{"A":1}} {formats}json_ {formats}numbers {formats}refused {formats}shape')
    assert done.stdout.split("\n")[1] == "False False False"

"""What `?jsconfig=` changes in the formats."""

import pytest

from bokabridge.http.errors import failure
from bokabridge.http.formats import FORMATS, write_error
from bokabridge.http.jsconfig import PLAIN, Switches, parse_switches
from bokabridge.ids import EMPTY_GUID
from tests import servicestack as stub
from tests.unit.http.formats.things import AT, NOTHING_SET, Part, Thing


def test_the_switch_edv_leaves_out_defaults_but_no_zero_of_a_nullable_number() -> None:
    body = Thing(id=EMPTY_GUID, text="", maybe=0, created=NOTHING_SET, things=[])
    edv = parse_switches("edv")
    assert FORMATS["json"].write(body, edv) == '{"Text":"","Maybe":0,"Things":[]}'
    assert FORMATS["jsv"].write(body, edv) == '{Text:"",Maybe:0,Things:[]}'
    assert FORMATS["csv"].write(body, edv) == 'Text,Maybe,Things\r\n,0,"[]"\r\n'
    assert FORMATS["xml"].write(body, edv) == FORMATS["xml"].write(body)


def test_the_switch_edv_drops_only_columns_of_csv_that_are_default_in_every_row() -> None:
    bodies = [Thing(id=stub.ID), Thing(id=stub.ID, count=3)]
    text = FORMATS["csv"].write_many(bodies, Thing, parse_switches("edv"))
    assert text.splitlines() == ["Id,Count,Created", f"{stub.ID},0,{AT}", f"{stub.ID},3,{AT}"]


def test_the_switch_inv_writes_nulls_and_empty_values_in_json_but_not_in_jsv() -> None:
    body = Thing(id=EMPTY_GUID, created=NOTHING_SET)
    inv = parse_switches("inv")
    assert FORMATS["json"].write(body, inv) == (
        f'{{"Id":"{EMPTY_GUID}","Text":null,"Count":0,"Maybe":null,"Share":0,"Active":false,"At":null,'
        '"Created":"0001-01-01T00:00:00","Things":null,"Extra":null}'
    )
    assert FORMATS["jsv"].write(body, inv) == FORMATS["jsv"].write(body)
    assert '"ResponseStatus":null' in FORMATS["json"].write(stub.jobs(), inv)
    assert "totalDiscountAmount" not in FORMATS["json"].write(stub.usage(), inv)
    assert '"termination":null' in FORMATS["json"].write(stub.usage(), inv)


def test_the_switch_pp_spreads_json_with_four_blanks() -> None:
    given = failure(404, "NotFound", 'No "job": {1, 2}')
    assert write_error(given, None, FORMATS["json"], parse_switches("pp")) == (
        '{\n    "ResponseStatus": {\n        "ErrorCode": "NotFound",\n'
        '        "Message": "No \\"job\\": {1, 2}",\n        "Errors": [\n            \n        ]\n    }\n}'
    )


def test_the_names_of_a_data_contract_keep_their_case() -> None:
    text = FORMATS["json"].write(stub.usage("as:full"), parse_switches("elun"))
    assert text == FORMATS["json"].write(stub.usage("as:full"))
    assert '"productGroupType"' in text


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_casing_reaches_inner_dtos_but_not_the_keys_of_a_dictionary(name: str) -> None:
    body = Thing(id=stub.ID, things=[Part()], extra={"JobId": "1"})
    text = FORMATS[name].write(body, parse_switches("eccn"))
    assert text.startswith(f'{{"id":"{stub.ID}","count":0,"share":0,"active":false,"created":')
    assert '"things":[{"partNumber":0}]' in text
    assert text.endswith('"extra":{"JobId":"1"}}')


@pytest.mark.parametrize(
    ("text", "switches"),
    [
        (None, PLAIN),
        ("", PLAIN),
        ("zzz,iti,dh:iso8601,teai", PLAIN),
        ("ECCN", parse_switches("eccn")),
        ("EmitCamelCaseNames:true", parse_switches("eccn")),
        ("tc:camelcase", parse_switches("eccn")),
        ("tc:cc", parse_switches("eccn")),
        ("TextCase:SnakeCase", parse_switches("elun")),
        ("emitlowercaseunderscorenames", parse_switches("elun")),
        ("eccn,epcn", PLAIN),
        ("epcn,eccn:false", PLAIN),
        ("eccn,elun:0", parse_switches("eccn")),
        ("eccn,tc:default", PLAIN),
        ("tc:other", PLAIN),
        ("eccn:false", PLAIN),
        ("edv", Switches(excludes_defaults=True)),
        ("ExcludeDefaultValues,edv:0", PLAIN),
        ("includenullvalues:yes", Switches(includes_nulls=True)),
        ("i,indent,pp", Switches(is_indented=True)),
        (",,:,", PLAIN),
    ],
)
def test_switches_have_short_and_long_names_in_any_case(text: str | None, switches: Switches) -> None:
    assert parse_switches(text) == switches


@pytest.mark.parametrize(
    ("name", "camel", "snake"),
    [
        ("CompanyId", "companyId", "company_id"),
        ("Id", "id", "id"),
        ("URL", "url", "url"),
        ("URLPath", "urlPath", "url_path"),
        ("ABTest", "abTest", "ab_test"),
        ("A", "a", "a"),
        ("already", "already", "already"),
    ],
)
def test_names_are_cased_as_by_servicestack(name: str, camel: str, snake: str) -> None:
    assert parse_switches("eccn").cased(name) == camel
    assert parse_switches("elun").cased(name) == snake

"""Any value of our DTOs, written in each format and read again by our readers and by independent ones."""

import csv
import io
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given
from pydantic import BaseModel

from bokabridge.http.formats import FORMATS
from bokabridge.http.formats.shape import tree_of
from bokabridge.http.jsconfig import Switches
from tests.unit.http.formats import values

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def read(name: str, body: Any) -> Any:
    """The body, written and read by us."""
    return FORMATS[name].read(FORMATS[name].write(body), type(body))


def without_empty(tree: Any) -> Any:
    """JSON leaves out null members, and members of EmitDefaultValue=false are not in the tree.

    Numbers become doubles, as in .NET: 90071992547409930 and 90071992547409936 are the same one.
    """
    if isinstance(tree, int | float) and not isinstance(tree, bool):
        return float(tree)
    if isinstance(tree, dict):
        return {name: without_empty(value) for name, value in tree.items() if value is not None}
    return [without_empty(item) for item in tree] if isinstance(tree, list) else tree


@values.often_enough
@given(values.everything)
def test_json_holds_every_value(body: BaseModel) -> None:
    text = FORMATS["json"].write(body)  # type: ignore[arg-type]
    assert without_empty(json.loads(text)) == without_empty(tree_of(body))
    assert without_empty(read("json", body)) == without_empty(tree_of(body))
    with_nulls = FORMATS["json"].write(body, Switches(includes_nulls=True))  # type: ignore[arg-type]
    again = type(body).model_validate(FORMATS["json"].read(with_nulls, type(body)))  # type: ignore[arg-type]
    assert without_empty(tree_of(again)) == without_empty(tree_of(body))  # a total of 0 is left out, and is null then


@values.often_enough
@given(values.everything)
def test_jsv_holds_every_value(body: BaseModel) -> None:
    """A text `null` is unquoted. Our reader takes it as text; a null is an absent member."""
    assert read("jsv", body) == values.expected(tree_of(body))


@values.often_enough
@given(values.customer_lists | values.settings | values.issues)
def test_jsv_reads_back_as_the_same_dto(body: BaseModel) -> None:
    """An absent member is null, which these classes have no default for."""
    nulls = {info.alias or name: None for name, info in type(body).model_fields.items()}
    found = nulls | read("jsv", body)
    for item in found.get("Results") or []:
        item.update({"Email": item.get("Email"), "Phone": item.get("Phone")} if "Firstname" in item else {})
    assert type(body).model_validate(found) == body


def in_xml(tree: Any) -> Any:
    """What XML holds of it: U+FFFD for characters that it forbids, LF for every line break."""
    if isinstance(tree, dict):
        return {name: in_xml(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [in_xml(item) for item in tree]
    return re.sub("\r\n?", "\n", re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", tree))


@values.often_enough
@given(values.everything)
def test_xml_holds_every_value_except_for_forbidden_characters_and_cr(body: BaseModel) -> None:
    found = {name: value for name, value in read("xml", body).items() if value is not None}
    assert without_empty(found) == in_xml(values.expected(tree_of(body), "true", "false"))


def from_element(element: ET.Element, tree: Any) -> Any:
    """What an independent parser finds where the tree has a value. Namespaces are left out of the names."""
    if element.get(NIL) == "true":
        return None
    if isinstance(tree, dict):
        found = {child.tag.partition("}")[2]: child for child in element}
        assert list(found) == sorted(tree)
        return {name: from_element(found[name], value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [from_element(child, item) for child, item in zip(element, tree, strict=True)]
    return element.text or ""


@values.often_enough
@given(values.everything)
def test_an_independent_parser_finds_every_value_in_our_xml(body: BaseModel) -> None:
    text = FORMATS["xml"].write(body)  # type: ignore[arg-type]
    tree = tree_of(body)
    found = from_element(ET.fromstring(text), tree)
    assert without_empty(found) == in_xml(values.expected(tree, "true", "false"))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@values.often_enough
@given(values.jobs | values.settings)
def test_the_csv_module_finds_every_value_in_our_csv(body: BaseModel) -> None:
    """A null and an empty text are both an empty field."""
    text = FORMATS["csv"].write(body)  # type: ignore[arg-type]
    header, row = rows(text)
    tree = tree_of(body)
    assert header == list(tree)
    wanted = values.expected(tree)
    assert row == [wanted.get(name, "") for name in tree]
    assert read("csv", body) == {name: value for name, value in wanted.items() if value}


@values.often_enough
@given(values.job_lists | values.customer_lists | values.usages)
def test_a_list_in_csv_is_its_jsv_in_one_field(body: BaseModel) -> None:
    header, row = rows(FORMATS["csv"].write(body))  # type: ignore[arg-type]
    fields = dict(zip(header, row, strict=True))
    jsv = f"{{Results:{fields['Results']}}}"
    wanted = {"Results": values.expected(tree_of(body)["Results"])}
    assert FORMATS["jsv"].read(jsv, type(body)) == wanted  # type: ignore[arg-type]


@values.often_enough
@given(values.results)
def test_csv_and_json_lines_of_a_data_contract_are_its_first_list(body: Any) -> None:
    products = tree_of(body).get("products") or []
    lines = FORMATS["jsonl"].write(body).split("\n")
    assert [json.loads(line) for line in lines[:-1]] == [without_empty(product) for product in products]
    assert lines[-1] == ""
    table = rows(FORMATS["csv"].write(body))
    assert table[1:] == [[values.expected(one).get(name, "") for name in one] for one in products]


@values.often_enough
@given(values.everything)
def test_json_lines_of_other_dtos_are_their_json(body: BaseModel) -> None:
    if not getattr(body, "is_data_contract", False):
        assert without_empty(read("jsonl", body)) == without_empty(tree_of(body))

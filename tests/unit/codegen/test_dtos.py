"""The generated DTOs are ServiceStack's, line by line."""

import ast
import re
from datetime import UTC, datetime

import pytest

from bokabridge.http.dto_sources import source_file
from codegen.declarations import read_model
from codegen.dtos import dtos
from tests.servicestack_reference import HOST, contract_model, reference

AT = datetime(2026, 11, 25, 18, 26, 52, tzinfo=UTC)
LANGUAGES = ("python", "typescript", "mjs", "csharp")

AUTHENTICATE = {
    "typescript": (
        r"(/\*\* @description Sign In \*/\n)?((//.*)\n)*"
        r"export (?:class|interface) (?:IHas\w+|IPost|Authenticate\w*)\b.*\n\{\n(?:.*\n)*?\}\n\n"
    ),
    "mjs": r"export class Authenticate\w* \{\n(?:.*\n)*?\}\n",
}
"""ServiceStack's operation to sign in, which we do not have, and the interfaces that only it has."""

DEVIATIONS = {
    "python": [("class GetVossProducts:", "class GetVossProducts(IReturn[List[VossProduct]]):")],
    "typescript": [
        ("export class GetVossProducts\n", "export class GetVossProducts implements IReturn<VossProduct[]>\n"),
        ("public createResponse() {}", "public createResponse() { return new Array<VossProduct>(); }"),
    ],
    "mjs": [("createResponse () { };", "createResponse() { return [] }")],
    "csharp": [
        (
            "    public partial class GetVossProducts\n",
            "    public partial class GetVossProducts\n        : IReturn<List<VossProduct>>\n",
        )
    ],
}
"""Lines that ServiceStack has, and what we write instead, so that clients accept a bare list (docs/servicestack.md)."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_generated_dtos_of_the_contract_equal_servicestacks(language: str) -> None:
    expected = reference(f"types_{language}").replace("Version: 10.15\n", "Version: 0.2.0\n")
    expected = re.sub(AUTHENTICATE.get(language, "$."), "", expected)
    for theirs, ours in DEVIATIONS[language]:
        assert expected.count(theirs) == 1
        expected = expected.replace(theirs, ours)
    ours = source_file(dtos(contract_model(), "0.2.0")[language], {}, HOST, AT)
    assert ours.rstrip("\n").splitlines() == expected.rstrip("\n").splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_and_its_response_has_a_dto(language: str) -> None:
    model = read_model()
    names = [each["name"] for each in dtos(model, "0")[language]["types"]]
    assert len(names) == len(set(names))
    assert {call.name for call in model.calls} | {call.returns.name for call in model.calls} <= set(names)


def test_python_source_defines_every_name_before_its_use() -> None:
    source = source_file(dtos(read_model(), "0")["python"], {}, HOST, AT)
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    assert len(classes) > 40
    ours = {each.name for each in classes}
    known: set[str] = set()
    for each in classes:
        used = {node.id for node in ast.walk(each) if isinstance(node, ast.Name)} & ours
        assert used <= known | {each.name}, each.name
        known.add(each.name)


def test_python_member_with_a_keyword_as_its_name_keeps_its_name_on_the_wire() -> None:
    source = source_file(dtos(read_model(), "0")["python"], {}, HOST, AT)
    assert "from_: Optional[datetime.datetime] = field(metadata=config(field_name='from'), default=None)" in source

"""The options of /types: which types they select, and what they change in the source."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bokabridge.http.dto_sources import source_file
from codegen.declarations import read_model
from codegen.dtos import dtos

AT = datetime(2026, 11, 25, 18, 26, 52, tzinfo=UTC)
DTOS = dtos(read_model(), "0.2.0")


def generated(language: str, **options: str) -> str:
    query = {name.lower(): value for name, value in options.items()}
    return source_file(DTOS[language], query, "https://api.example", AT)


def names(source: str) -> list[str]:
    """The names of the types in Python or TypeScript."""
    return re.findall(r"^(?:class|export (?:class|enum|interface)) (\w+)", source, re.MULTILINE)


SYNC = ["IReturn", "ICompany", "AxemaUserSyncJobResponse", "CreateAxemaUserSync"]


@pytest.mark.parametrize(
    ("include", "selected"),
    [
        ("CreateAxemaUserSync.*", SYNC),
        ("CreateAxemaUserSync", ["ICompany", "AxemaUserSyncJobResponse", "CreateAxemaUserSync"]),
        ("VossProduct", ["VossProduct"]),
        ("VossProduct, GetVossProducts", ["VossProduct", "GetVossProducts"]),
        (
            "GetVossProducts.*,CreateAxemaUserSync",
            [*SYNC[:2], "ProductTypeEnum", "VossProduct", *SYNC[2:], "GetVossProducts"],
        ),
        (
            "{customers}",
            [
                "IReturn",
                "ICompany",
                "ResponseError",
                "ResponseStatus",
                "CustomerResponse",
                "CustomerQueryResponse",
                "CustomerQuery",
            ],
        ),
        (
            "*.ProductTypeEnum",
            [
                "ICompany",
                "ProductTypeEnum",
                "CreateVossUsage",
                "GetVossUsage",
                "QueryVossUsages",
                "SettleVossUsage",
                "GetVossProducts",
            ],
        ),
        (
            "BokaMera.VossIntegration.ApiTools.Enums/*",
            ["ProductTypeEnum", "ProductGroupTypeEnum", "SubscriptionBehaviourEnum", "CreditKindEnum"],
        ),
        ("Nothing", []),
        ("Nothing.*,{nothing}", []),
    ],
)
def test_include_types_selects_types(include: str, selected: list[str]) -> None:
    source = generated("typescript", IncludeTypes=include)
    assert names(source) == selected


def test_exclude_types_leaves_types_out() -> None:
    everything = names(generated("typescript"))
    assert names(generated("typescript", ExcludeTypes="VossProduct,Nothing")) == [
        each for each in everything if each != "VossProduct"
    ]
    requests = {call.name for call in read_model().calls}
    assert names(generated("typescript", ExcludeTypes="services")) == [
        each for each in everything if each not in requests
    ]
    assert "AxemaUserSyncStatus" not in names(generated("typescript", ExcludeTypes="types"))
    assert "CreateAxemaUserSync" in names(generated("typescript", ExcludeTypes="types"))


def changed(language: str, **options: str) -> tuple[set[str], set[str]]:
    """The lines that these options remove from the source, and those that they add."""
    before, after = generated(language).splitlines(), generated(language, **options).splitlines()
    return set(before) - set(after), set(after) - set(before)


def test_make_properties_optional() -> None:
    removed, added = changed("typescript", MakePropertiesOptional="true")
    assert "    public StatusName: string;" in removed
    assert "    public StatusName?: string;" in added
    assert "MakePropertiesOptional: True" in added
    assert "    status: Optional[int] = None" in changed("python", MakePropertiesOptional="True")[1]


def test_without_servicestack_types() -> None:
    removed, added = changed("typescript", AddServiceStackTypes="False")
    assert {"export interface IReturn<T>", "export class ResponseStatus", "export class ResponseError"} <= removed
    assert added == {"AddServiceStackTypes: False"}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "    response_status: ResponseStatus = None"),
        ("typescript", "    public ResponseStatus: ResponseStatus;"),
        ("csharp", "        public virtual ResponseStatus ResponseStatus { get; set; }"),
    ],
)
def test_add_response_status_adds_it_to_responses_that_have_none(language: str, line: str) -> None:
    before, after = generated(language).count(line), generated(language, AddResponseStatus="1").count(line)
    responses = {call.returns.name for call in read_model().calls if not call.returns.is_list}
    assert after - before == len(responses) - len({"QueryAxemaUserSyncJobsResponse", "CustomerQueryResponse"})


@pytest.mark.parametrize("language", ["python", "typescript", "mjs", "csharp"])
def test_without_descriptions(language: str) -> None:
    def comments(source: str) -> list[str]:
        lines = [line for line in source.splitlines() if "Example: developer worked 6 hours" in line]
        return [line for line in lines if "ApiMember" not in line]

    assert len(comments(generated(language))) == 1
    assert comments(generated(language, AddDescriptionAsComments="false")) == []


def test_global_namespace() -> None:
    assert "\n# module My.Dtos\nObject" in generated("python", GlobalNamespace="My.Dtos")
    source = generated("typescript", GlobalNamespace="Dtos")
    assert "\n\nexport module Dtos\n{\n    // @ts-nocheck\n\n    export interface IReturn<T>\n    {\n" in source
    assert source.endswith("\n    }\n\n}\n\n")
    source = generated("csharp", GlobalNamespace="Dtos")
    assert re.findall(r"^namespace (.*)$", source, re.MULTILINE) == ["Dtos"]
    assert "using Dtos;\n" in source


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "    version: int = 3"),
        ("typescript", "    public Version: number; //3"),
        ("csharp", "        public virtual int Version { get; set; }"),
    ],
)
def test_add_implicit_version_adds_a_version_to_every_request(language: str, line: str) -> None:
    assert generated(language, AddImplicitVersion="3").count(f"{line}\n") == len(read_model().calls)


def test_default_imports() -> None:
    source = generated("python", DefaultImports="datetime,enum:Enum/IntEnum")
    assert '"""\n\nimport datetime\nfrom enum import Enum, IntEnum\nObject' in source
    source = generated("typescript", DefaultImports="IReturn:@servicestack/client")
    assert '*/\n\nimport { IReturn } from "@servicestack/client";\n// @ts-nocheck' in source


def test_data_class_decorators() -> None:
    source = generated("python", DataClass="frozen=True, order=True", DataClassJson="letter_case=LetterCase.PASCAL")
    assert "\n@dataclass_json(letter_case=LetterCase.PASCAL)\n@dataclass(frozen=True, order=True)\nclass " in source
    assert "\nDataClass: frozen=True, order=True\nDataClassJson: letter_case=LetterCase.PASCAL\n" in source


def test_without_annotations_in_javascript() -> None:
    assert "@type" not in generated("mjs", AddDocAnnotations="False")


def test_csharp_modifiers() -> None:
    source = generated("csharp", MakePartial="False", MakeVirtual="False", MakeInternal="True", AddNamespaces="My.Own")
    assert "    internal class VossProduct\n    {\n        public string Name { get; set; }" in source
    assert "using My.Own;\n" in source


def test_csharp_without_nullable_annotations_keeps_nullable_values() -> None:
    assert changed("csharp", IncludeTypes="AxemaUserSyncJobResponse", AddNullableAnnotations="False")[1] == {
        "IncludeTypes: AxemaUserSyncJobResponse",
        "AddNullableAnnotations: False",
        "        public virtual string ErrorMessage { get; set; }",
    }


def test_header_shows_given_options_without_prefix_and_the_others_with_it() -> None:
    header = generated("typescript", IncludeTypes="VossProduct", MakePropertiesOptional="maybe").partition("*/")[0]
    assert header.splitlines() == [
        "/* Options:",
        "Date: 2026-11-25 18:26:52",
        "Version: 0.2.0",
        'Tip: To override a DTO option, remove "//" prefix before updating',
        "BaseUrl: https://api.example",
        "",
        "//GlobalNamespace: ",
        "//MakePropertiesOptional: False",
        "//AddServiceStackTypes: True",
        "//AddResponseStatus: False",
        "//AddImplicitVersion: ",
        "//AddDescriptionAsComments: True",
        "IncludeTypes: VossProduct",
        "//ExcludeTypes: ",
        "//DefaultImports: ",
    ]


def options_of(languages: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({"baseurl", *(name.lower() for language in languages for name in language["options"])})


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "*/ alert(1) /*",
        '"""\nimport os',
        "x\nBaseUrl: https://evil.example",
        "https://evil.example",
        "<script>",
        "A" * 100_000,
        "){}",
        "../..",
        "a*/b",
    ]
)


@settings(deadline=None)
@given(
    language=st.sampled_from(sorted(DTOS)),
    query=st.dictionaries(st.sampled_from(options_of(DTOS.values())), HOSTILE, max_size=4),
)
def test_hostile_value_cannot_leave_the_header_or_the_place_of_its_option(language: str, query: dict[str, str]) -> None:
    source = source_file(DTOS[language], query, "https://api.example", AT)
    opening, closing = DTOS[language]["header"]
    header = source[: source.index(f"\n{closing}\n", len(opening))].splitlines()
    assert len(header) == 6 + len(DTOS[language]["options"])
    assert not re.search("<script|alert\\(|import os|//evil", source)
    assert len(source) < 100_000

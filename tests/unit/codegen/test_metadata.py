"""The metadata pages have the elements and the words of ServiceStack's pages."""

import re

import pytest

from bokabridge.operations.index import OPERATIONS
from codegen.metadata import metadata
from functions.servicestack.pages import find
from tests.servicestack_reference import HOST, contract_model, reference, text_of

NOT_OURS = {"Dart", "Java", "Kotlin", "PHP", "Swift", "VB.NET", "F#", "Go", "Rust", "Ruby", "Zig"}
"""Languages without generated DTOs here (docs/servicestack.md)."""


def lines(text: str) -> list[str]:
    """The lines that say something, with single blanks."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def page(path: str, op: str, lang: str = "") -> list[str]:
    found = find(path, {"op": op, "lang": lang}, HOST)
    assert found
    return lines(text_of(found.body))


def expected(name: str) -> list[str]:
    """The lines of a reference page, with our name, without the title and the languages that we leave out."""
    title, *rest = lines(reference(name))
    assert title == "BokaMera.API.Host"
    return ["bokabridge" if line == title else line for line in rest if line not in NOT_OURS]


@pytest.mark.parametrize(
    ("format_", "operation"),
    [
        ("json", "CreateAxemaUserSync"),
        ("xml", "CreateAxemaUserSync"),
        ("jsv", "CreateAxemaUserSync"),
        ("csv", "CreateAxemaUserSync"),
        ("json", "GetAxemaUserSyncJob"),
        ("json", "GetVossProducts"),
        ("xml", "CreateVossUsage"),
    ],
)
def test_page_of_an_operation_equals_servicestacks(format_: str, operation: str) -> None:
    ours = without_ours(page(f"/{format_}/metadata", operation))
    theirs = expected(f"{format_}_metadata__op_{operation}.txt")
    assert ours == joined(theirs)


OUR_MEMBERS = r',"DryRun":false,"Force":false|,\n(DryRun|Force): False|\n(DryRun|Force)body.*|\n<(DryRun|Force)>false.*'
"""Our members of CreateAxemaUserSync, in its table and its samples (docs/servicestack.md)."""


def without_ours(found: list[str]) -> list[str]:
    return re.sub(OUR_MEMBERS, "", "\n".join(found)).splitlines()


def joined(theirs: list[str]) -> list[str]:
    """The reference breaks a sentence into two lines."""
    text = "\n".join(theirs).replace(
        "requests and responses.\nThe placeholders", "requests and responses. The placeholders"
    )
    return text.splitlines()


def test_json_lines_page_says_other_as_servicestacks_and_then_what_works_here() -> None:
    ours = without_ours(page("/jsonl/metadata", "CreateAxemaUserSync"))
    theirs = joined(expected("jsonl_metadata__op_CreateAxemaUserSync.txt"))
    assert ours == [
        f"{line} (here: .jsonl, ?format=jsonl)" if line.endswith("?format=other") else line for line in theirs
    ]


@pytest.mark.parametrize("format_", ["json", "xml"])
def test_page_of_the_list_of_jobs_has_skip_and_take_besides(format_: str) -> None:
    ours = page(f"/{format_}/metadata", "QueryAxemaUserSyncJobs")
    theirs = joined(expected(f"{format_}_metadata__op_QueryAxemaUserSyncJobs.txt"))
    assert [line for line in ours if not line.startswith(("Skipquery", "Takequery"))] == theirs


def test_json_sample_of_voss_is_the_seeds() -> None:
    ours = page("/json/metadata", "CreateVossUsage", "csharp")
    theirs = joined(expected("json_metadata__op_CreateVossUsage_lang_csharp.txt"))
    assert ours[-1] == '{"productGroupType":"Optional","status":"Active","name":"String","products":[{}]}'
    usings = [line for line in theirs if line.startswith("using ")]
    assert sorted(usings) == sorted(line for line in ours if line.startswith("using "))
    assert [line for line in ours[:-1] if line not in usings] == [line for line in theirs[:-1] if line not in usings]


def test_index_lists_all_operations_in_alphabetical_order() -> None:
    found = find("/metadata", {}, HOST)
    assert found
    listed = [line for line in lines(text_of(found.body)) if line.endswith("JSONXMLJSVCSVJSONL")]
    theirs = [line for line in lines(reference("metadata.txt")) if line.endswith("JSONXMLJSVCSVJSONL")]
    assert listed == sorted(listed)
    assert set(theirs) - set(listed) == {"AuthenticateJSONXMLJSVCSVJSONL"}
    assert len(listed) == len(OPERATIONS)


def test_operation_with_one_role_says_so_in_the_singular() -> None:
    assert "Requires the role:superadmin" in page("/json/metadata", "SettleVossUsage")


def test_delete_has_its_members_in_the_query_and_no_body() -> None:
    ours = page("/json/metadata", "DeleteAxemaCodeLockSetting")
    assert any(line.startswith("CompanyIdqueryGuid?No") for line in ours)
    assert "DELETE /codelock/axema/settings HTTP/1.1" in ours
    assert ours.count("Content-Type: application/json") == 1


def test_no_page_names_a_type_without_a_table() -> None:
    for name, operation in metadata(contract_model())["operations"].items():
        assert f"{name} Parameters:" in operation["tables"]

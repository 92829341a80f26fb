"""docs/runbook.md and the alarms that link to it. tests/e2e/runbook runs its commands."""

import re
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from tests.aws_cli import parse
from tests.runbook import DOCUMENT, PARTS, alarms_named, anchors, rows_of_alarms, sections, spans
from tests.watched import alarms

LINK = re.compile(r"\$\{RunbookUrl\}#([\w-]+)$")


def anchor_of(alarm: str) -> str:
    """The section that the alarm's description ends with."""
    description = alarms()[alarm]["AlarmDescription"]
    found = LINK.search(description["Fn::Sub"]) if isinstance(description, dict) else None
    assert found, f"The description of {alarm} does not end with a section of the runbook."
    return found[1]


@pytest.mark.parametrize("alarm", alarms())
def test_description_of_the_alarm_ends_with_an_existing_section(alarm: str) -> None:
    assert anchor_of(alarm) in {section.anchor for section in sections().values()}


@pytest.mark.parametrize("alarm", alarms())
def test_table_of_alarms_leads_to_the_same_section(alarm: str) -> None:
    names = [name for name in rows_of_alarms() if alarm in alarms_named(name)]
    assert names, f"The table has no row for {alarm}."
    exact = [name for name in names if name == alarm] or names
    assert {rows_of_alarms()[name] for name in exact} == {anchor_of(alarm)}


@pytest.mark.parametrize("alarm", alarms())
def test_section_of_the_alarm_names_it_among_what_you_see(alarm: str) -> None:
    (section,) = [each for each in sections().values() if each.anchor == anchor_of(alarm)]
    named = [name for name in spans(section.parts["What you see."]) if name.endswith("Alarm")]
    assert [name for name in named if alarm in alarms_named(name)]


@pytest.mark.parametrize("title", sections())
def test_section_has_all_parts_and_commands_to_look_with(title: str) -> None:
    section = sections()[title]
    assert tuple(section.parts) == PARTS
    assert section.blocks("Look.")
    assert [block.prints for block in section.blocks("Look.") if not block.prints] == []


def test_alarms_that_the_page_names_exist() -> None:
    named = {name for name in spans(DOCUMENT.read_text()) if name.endswith("Alarm")}
    assert len(named) > 10
    assert [name for name in named if not alarms_named(name)] == []


def test_links_lead_to_sections_and_files_that_exist() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", DOCUMENT.read_text()):
        path, _, anchor = link.partition("#")
        document = DOCUMENT.parent / path if path else DOCUMENT
        titles = re.findall(r"^##+ (.*)$", document.read_text(), re.MULTILINE)
        known = anchors() if not path else {title.lower().replace(" ", "-") for title in titles}
        assert not anchor or anchor in known, link


def test_commands_of_every_section_are_run_by_a_test() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "e2e" / "runbook").glob("test_*.py"))
    assert [title for title in sections() if f'"{title}"' not in tests] == []


def aws_commands(document: Path) -> list[str]:
    return re.findall(r"^aws .*$", document.read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", [*aws_commands(DOCUMENT), *aws_commands(ROOT / "docs" / "operations.md")])
def test_command_of_aws_exists_with_these_options(command: str) -> None:
    """The emulator does not have all of AWS's services, so botocore's model says whether a command is right."""
    parse(command)

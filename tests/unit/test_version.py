"""The version of a release, which CHANGELOG.md, pyproject.toml and the stack's output all name."""

import re
import tomllib
from datetime import date

from local.stack.paths import ROOT
from tests.template import template

_HEADING = re.compile(r"^## \[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)


def releases(changelog: str) -> list[tuple[str, date]]:
    """Version and date of every release, newest first. Raises ValueError for a release without a date."""
    return [(version, date.fromisoformat(on)) for version, on in _HEADING.findall(changelog) if version != "Unreleased"]


def number(version: str) -> tuple[int, ...]:
    """The three numbers of a semantic version. Raises ValueError."""
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch


CHANGELOG = (ROOT / "CHANGELOG.md").read_text()


def test_changelog_pyproject_and_the_stacks_output_name_the_same_version() -> None:
    newest, _ = releases(CHANGELOG)[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (project["version"], template()["Outputs"]["Version"]["Value"]) == (newest, newest)


def test_releases_are_listed_from_the_newest_to_the_oldest() -> None:
    found = releases(CHANGELOG)
    assert [number(version) for version, _ in found] == sorted({number(version) for version, _ in found}, reverse=True)
    assert [on for _, on in found] == sorted((on for _, on in found), reverse=True)


def test_changelog_starts_with_unreleased_and_uses_the_headings_of_keep_a_changelog() -> None:
    assert _HEADING.findall(CHANGELOG)[0] == ("Unreleased", "")
    kinds = set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}

"""The version: of a release in CHANGELOG.md, pyproject.toml and the template, and of a deployment where it shows."""

import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from local.stack.paths import ROOT
from tests.samconfig import overrides
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


def test_changelog_pyproject_and_the_template_name_the_same_version() -> None:
    newest, _ = releases(CHANGELOG)[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (project["version"], template()["Parameters"]["Version"]["Default"]) == (newest, newest)


def test_releases_are_listed_from_the_newest_to_the_oldest() -> None:
    found = releases(CHANGELOG)
    assert [number(version) for version, _ in found] == sorted({number(version) for version, _ in found}, reverse=True)
    assert [on for _, on in found] == sorted((on for _, on in found), reverse=True)


def test_changelog_starts_with_unreleased_and_uses_the_headings_of_keep_a_changelog() -> None:
    assert _HEADING.findall(CHANGELOG)[0] == ("Unreleased", "")
    kinds = set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_output_and_every_function_have_the_deployments_version() -> None:
    assert template()["Outputs"]["Version"]["Value"] == {"Ref": "Version"}
    assert template()["Globals"]["Function"]["Environment"]["Variables"]["VERSION"] == {"Ref": "Version"}


def printed(code: str) -> Any:
    """The JSON that this code prints in a function of version 1.2.3+abc."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "layers/bokabridge:.", "VERSION": "1.2.3+abc"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def test_every_log_line_has_the_version() -> None:
    line = printed("from bokabridge.logs import logger\nlogger().append_keys(a=1)\nlogger().info('hello')")
    assert (line["message"], line["a"], line["version"]) == ("hello", 1, "1.2.3+abc")


def test_openapi_document_has_the_version() -> None:
    document = printed(
        "from functions.servicestack.pages import find\nprint(find('/openapi.json', {}, 'https://a').body)"
    )
    assert document["info"]["version"] == "1.2.3+abc"


@pytest.mark.parametrize("path", ["/openapi.json", "/nothing"])
def test_response_has_the_version_in_a_header(path: str) -> None:
    response = printed(
        "import json\nfrom functions.servicestack.app import handler\nfrom tests.api_gateway import Context, event\n"
        f"print(json.dumps(handler(event('GET', {path!r}), Context())))"
    )
    assert response["multiValueHeaders"]["X-Bokabridge-Version"] == ["1.2.3+abc"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    for name in ("samconfig.toml", "CHANGELOG.md", "tools/parameters"):
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def deployed_with(folder: Path, *arguments: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, str(folder / "tools" / "parameters"), *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
    )
    return dict(pair.split("=", 1) for pair in done.stdout.split())


def test_deployment_from_a_commit_has_the_commit_in_its_version(repository: Path) -> None:
    git = ["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "First"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    newest, _ = releases(CHANGELOG)[0]
    for stage in ("dev", "staging", "prod", "prod-at-once"):
        assert deployed_with(repository, stage) == {**overrides(stage), "Version": f"{newest}+{head[:7]}"}
    (repository / "CHANGELOG.md").write_text(CHANGELOG + "\n")
    assert deployed_with(repository, "dev")["Version"] == f"{newest}+{head[:7]}.changed"


def test_deployment_outside_a_repository_has_the_releases_version(repository: Path) -> None:
    newest, _ = releases(CHANGELOG)[0]
    assert deployed_with(repository, "dev")["Version"] == newest


def test_versions_have_the_form_that_the_template_allows() -> None:
    pattern = template()["Parameters"]["Version"]["AllowedPattern"]
    for version in (template()["Parameters"]["Version"]["Default"], "1.20.3+b3c951b", "0.2.0+b3c951b.changed"):
        assert re.fullmatch(pattern, version)


def test_unknown_stage_is_a_sentence(repository: Path) -> None:
    command = [sys.executable, str(repository / "tools" / "parameters"), "production"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Name one of the stages in samconfig.toml: dev, staging, prod, prod-at-once.\n"

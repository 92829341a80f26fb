"""GitHub's workflows: they run make targets, with pinned actions and without secrets."""

import re
from typing import Any

import yaml

from local.stack.paths import ROOT

WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
JOB = WORKFLOW["jobs"]["make"]


def test_every_action_is_pinned_to_a_commit_with_its_version_in_a_comment() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        uses = re.findall(r"uses: (.+)", path.read_text())
        assert uses
        assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", use) for use in uses)


def test_job_has_a_timeout_and_a_fixed_runner_version() -> None:
    assert 0 < JOB["timeout-minutes"] <= 60
    assert re.fullmatch(r"ubuntu-\d\d\.\d\d", JOB["runs-on"])
    assert JOB["strategy"]["fail-fast"] is False


def test_pull_requests_run_without_secrets_and_keep_no_credentials() -> None:
    triggers = WORKFLOW[True]  # YAML 1.1 reads `on` as true
    assert set(triggers) == {"push", "pull_request"}
    assert "secrets" not in (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    (checkout,) = [step for step in JOB["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": False}


def test_workflow_has_only_read_permission() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOB


def test_every_step_is_a_make_target_that_exists() -> None:
    assert [step["run"] for step in JOB["steps"] if "run" in step] == ["make ${{ matrix.target }}"]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(JOB["strategy"]["matrix"]["target"]) == {"lint", "test", "sam-local", "build"} <= targets

"""The workflows: what they run is ours, and nothing that they use can change under them."""

import re
from typing import Any

import yaml

from local.stack.paths import ROOT

WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
JOB = WORKFLOW["jobs"]["make"]


def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        uses = re.findall(r"uses: (.+)", path.read_text())
        assert uses
        assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", use) for use in uses)


def test_a_workflow_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOB


def test_every_step_is_a_make_target_that_exists() -> None:
    assert [step["run"] for step in JOB["steps"] if "run" in step] == ["make ${{ matrix.target }}"]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(JOB["strategy"]["matrix"]["target"]) == {"lint", "test", "sam-local", "build"} <= targets

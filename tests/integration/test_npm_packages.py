"""tools/npm installs the packages that its list names, and no others. An npm that packs a local file stands in."""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from local.stack.paths import ROOT

NPM = """#!/bin/sh
while [ "$1" != --pack-destination ]; do shift; done
cp "$PACKED" "$2/a-package-1.0.0.tgz"
echo a-package-1.0.0.tgz
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """What tools/npm finds: tools/npm itself in a folder of its own, a package, and an npm that brings it."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "npm", tmp_path / "tools")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "index.mjs").write_text("export const answer = 42;")
    with tarfile.open(tmp_path / "package.tgz", "w:gz") as packed:
        packed.add(tmp_path / "package", "package")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "npm").write_text(NPM)
    (tmp_path / "bin" / "npm").chmod(0o755)
    return {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PACKED": str(tmp_path / "package.tgz")}


def install(folder: Path, integrity: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (folder / "npm.txt").write_text(f"@a/package 1.0.0 {integrity}\n")
    command = [str(folder / "tools" / "npm"), "installed", "npm.txt"]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def integrity_of(folder: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512((folder / "package.tgz").read_bytes()).digest()).decode()


def without_node(folder: Path, env: dict[str, str]) -> dict[str, str]:
    (folder / "few").mkdir()
    for program in ("sh", "dirname"):
        (folder / "few" / program).symlink_to(shutil.which(program) or "")
    return {**env, "PATH": str(folder / "few")}


needs_node = pytest.mark.skipif(
    shutil.which("node") is None and not os.environ.get("CI"), reason="This machine has no Node."
)


@needs_node
def test_a_package_with_the_listed_integrity_is_installed(tmp_path: Path, env: dict[str, str]) -> None:
    done = install(tmp_path, integrity_of(tmp_path), env)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "installed" / "node_modules" / "@a" / "package" / "index.mjs").exists()
    assert (tmp_path / "installed" / ".done").exists()


@needs_node
def test_a_package_with_another_integrity_is_refused(tmp_path: Path, env: dict[str, str]) -> None:
    done = install(tmp_path, integrity_of(tmp_path).replace("sha512-", "sha512-0"), env)
    assert done.returncode == 1
    assert "@a/package 1.0.0 is not the package that npm.txt names." in done.stderr
    assert not (tmp_path / "installed" / "node_modules").exists()
    assert not (tmp_path / "installed" / ".done").exists()


def test_without_node_nothing_is_installed_except_in_ci_where_it_is_an_error(
    tmp_path: Path, env: dict[str, str]
) -> None:
    env = without_node(tmp_path, env)
    done = install(tmp_path, integrity_of(tmp_path), env)
    assert (done.returncode, "skipped" in done.stderr) == (0, True), done.stderr
    assert install(tmp_path, integrity_of(tmp_path), {**env, "CI": "true"}).returncode == 1
    assert not (tmp_path / "installed").exists()

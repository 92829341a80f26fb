"""The output of `sam build`: small, without unused packages, and reproducible, for both processors."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest

from local.stack.paths import BUILD, ROOT, RUNTIME, SAM

BUDGET = 12_000_000
"""Zipped bytes of both layers and all functions except the authorizer, which has cryptography."""

MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
OWN = "arm64" if os.uname().machine in ("aarch64", "arm64") else "x86_64"
IN_THE_RUNTIME = ("boto3", "botocore", "s3transfer")

PACKED_BUT_NOT_IMPORTED = {
    "tzdata": "is data that zoneinfo reads when it needs a company's time zone",
    "dnspython": "is required by email-validator, which imports it only for network checks; pip cannot leave it out",
    "pycparser": "is required by cffi, which imports it only to compile; pip cannot leave it out",
}


def sam_build(*arguments: str, source: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{SAM.parent}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}
    command = [str(SAM), "build", "--no-cached", "--parallel", *arguments]
    return subprocess.run(command, cwd=source, env=env, capture_output=True, text=True, timeout=200, check=False)


def build(folder: Path, architecture: str, source: Path = ROOT) -> Path:
    """Build from scratch into `folder`."""
    overrides = f"Architecture={architecture}"
    done = sam_build("--build-dir", str(folder), "--parameter-overrides", overrides, source=source)
    assert done.returncode == 0, done.stderr
    return folder


def sources(folder: Path) -> Path:
    """A copy of the sources of a build, in another folder."""
    folder.mkdir()
    for name in ("template.yaml", "samconfig.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("functions", "layers", "tools/package"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def digests(folder: Path) -> dict[str, str]:
    """The digest of every deployed file, by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.parent != folder
    }


def template_of(folder: Path) -> str:
    """The built template without the one line that names a path of the sources."""
    return re.sub(r"DefinitionUri: .+", "", (folder / "template.yaml").read_text())


def zipped(folder: Path) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return len(buffer.getvalue())


def pinned(requirements: Path) -> set[tuple[str, str]]:
    """Names and versions in a requirements file."""
    return set(re.findall(r"^([\w.-]+?)==([\w.]+)", requirements.read_text().lower(), re.MULTILINE))


def packed(folder: Path) -> set[tuple[str, str]]:
    """Names and versions of the packages in a folder."""
    return {(each.name.lower().replace("_", "-"), each.version) for each in distributions(path=[str(folder)])}


@pytest.fixture(scope="module", params=MACHINES)
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def built(architecture: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For this machine's processor, the output of `make build`, which the local stack runs. Otherwise a new build."""
    if architecture == OWN:
        return BUILD
    return build(tmp_path_factory.mktemp(architecture) / "build", architecture)


def test_build_in_another_folder_gives_the_same_bytes(built: Path, architecture: str, tmp_path: Path) -> None:
    again = build(tmp_path / "build", architecture, sources(tmp_path / "a folder with blanks"))
    assert len(digests(built)) > 500
    assert digests(again) == digests(built)
    assert template_of(again) == template_of(built)


def test_layers_and_functions_stay_within_their_size_budget(built: Path) -> None:
    parts = [folder for folder in built.iterdir() if folder.is_dir() and folder.name != "AuthorizerFunction"]
    assert len(parts) >= 7
    assert sum(zipped(folder) for folder in parts) < BUDGET


def test_only_pinned_packages_are_packed(built: Path) -> None:
    layer, authorizer = ROOT / "layers" / "dependencies", ROOT / "functions" / "authorizer"
    assert packed(built / "DependenciesLayer" / "python") == pinned(layer / "requirements.txt")
    assert packed(built / "AuthorizerFunction") == pinned(authorizer / "requirements.txt")
    others = [path for path in built.glob("*Function") if path.name != "AuthorizerFunction"]
    assert [packed(path) for path in [*others, built / "BokabridgeLayer" / "python"]] == [set()] * (len(others) + 1)


def test_packages_of_the_runtime_and_of_tests_are_not_packed(built: Path) -> None:
    packages = {path.name for path in built.glob("*/*")} | {path.name for path in built.glob("*Layer/python/*")}
    assert packages.isdisjoint({*IN_THE_RUNTIME, "pytest", "moto"})
    assert [path for path in built.rglob("*") if path.name in ("test", "tests")] == []


def test_compiled_code_is_for_the_architecture(built: Path, architecture: str) -> None:
    libraries = [path.name for path in built.rglob("*.so") if "cpython" in path.name]
    assert libraries
    assert all(MACHINES[architecture] in name for name in libraries)


def test_only_the_authorizer_has_cryptography(built: Path) -> None:
    assert {path.relative_to(built).parts[0] for path in built.rglob("cryptography")} == {"AuthorizerFunction"}


IMPORT_EVERY_HANDLER = """
import importlib.util, json, pathlib, sys
build = pathlib.Path(sys.argv[1])
sys.path[:0] = [str(build / layer / "python") for layer in ("DependenciesLayer", "BokabridgeLayer")]
for app in sorted(build.glob("*/app.py")):
    sys.path.insert(0, str(app.parent))
    spec = importlib.util.spec_from_file_location(app.parent.name, app)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    sys.path.remove(str(app.parent))
print(json.dumps([file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]))
"""


def imported_files() -> set[Path]:
    """The files that a new process loads when it imports all handlers from the output of `make build`."""
    command = [str(RUNTIME / "bin" / "python"), "-I", "-B", "-c", IMPORT_EVERY_HANDLER, str(BUILD)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return {Path(file) for file in json.loads(done.stdout)}


def test_only_packages_that_the_functions_import_are_packed() -> None:
    imported = imported_files()
    packed = [*distributions(path=[str(BUILD / "DependenciesLayer" / "python"), str(BUILD / "AuthorizerFunction")])]
    unused = {
        each.name.lower()
        for each in packed
        if imported.isdisjoint(Path(str(each.locate_file(file))) for file in each.files or [])
    }
    assert unused == set(PACKED_BUT_NOT_IMPORTED)
    assert len(packed) > 10


def test_package_with_another_hash_than_the_pinned_one_fails_the_build(tmp_path: Path) -> None:
    source = sources(tmp_path / "tampered")
    requirements = source / "layers" / "dependencies" / "requirements.txt"
    pins = requirements.read_text()
    tampered = re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", pins)
    assert tampered != pins
    requirements.write_text(tampered)
    done = sam_build("DependenciesLayer", "--build-dir", str(tmp_path / "build"), source=source)
    assert done.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr


def test_only_the_authorizer_has_the_package_that_reads_tokens() -> None:
    with_jwt = {path.parent.name for path in BUILD.glob("*/jwt")} | {
        path.parents[1].name for path in BUILD.glob("*/*/jwt")
    }
    assert with_jwt == {"AuthorizerFunction"}

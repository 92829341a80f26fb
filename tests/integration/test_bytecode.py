"""The bytecode in the output of `make build`: complete, as Lambda loads it, and independent of where it was built.

tests/integration/test_build.py compares it with the bytecode of a build in another folder.
"""

import importlib.util
import json
import marshal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.paths import BUILD, RUNTIME
from tests.template import functions, resources

LAYERS = [name for name, each in resources().items() if each["Type"] == "AWS::Serverless::LayerVersion"]
UNCHECKED_HASH = 0b01
"""PEP 552: the source's hash is in the file, and Python does not compare it."""

IMPORT_AND_LIST_COMPILED = """
import json, sys
compiled = []
def hook(event, arguments):
    if event == "compile" and str(arguments[1]).endswith(".py"):
        compiled.append(str(arguments[1]))
sys.addaudithook(hook)
sys.path[:0] = sys.argv[1:]
import app
print(json.dumps([compiled, [str(getattr(each, "__file__", None)) for each in list(sys.modules.values())]]))
"""


def modules() -> Iterator[tuple[Path, str]]:
    """Every Python file of the build, and its path in Lambda."""
    folders = {BUILD / layer / "python": "/opt/python" for layer in LAYERS}
    folders |= {BUILD / function: "/var/task" for function in functions()}
    for folder, deployed in folders.items():
        for path in folder.rglob("*.py"):
            yield path, f"{deployed}/{path.relative_to(folder)}"


def test_every_module_has_the_bytecode_of_its_source_and_names_its_path_in_lambda() -> None:
    found = list(modules())
    assert len(found) > 1000
    for path, deployed in found:
        bytecode = Path(importlib.util.cache_from_source(str(path))).read_bytes()
        assert bytecode[:4] == importlib.util.MAGIC_NUMBER, deployed
        assert int.from_bytes(bytecode[4:8], "little") == UNCHECKED_HASH, deployed
        assert bytecode[8:16] == importlib.util.source_hash(path.read_bytes()), deployed
        assert marshal.loads(bytecode[16:]).co_filename == deployed


def test_the_build_has_no_other_bytecode() -> None:
    assert set(BUILD.rglob("*.pyc")) == {Path(importlib.util.cache_from_source(str(path))) for path, _ in modules()}


@pytest.mark.parametrize("function", sorted(functions()))
def test_no_import_of_a_handler_compiles_anything(function: str) -> None:
    folders = [str(BUILD / function), *(str(BUILD / layer / "python") for layer in LAYERS)]
    command = [str(RUNTIME / "bin" / "python"), "-I", "-B", "-c", IMPORT_AND_LIST_COMPILED, *folders]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    compiled, imported = json.loads(done.stdout)
    assert len([file for file in imported if file.startswith(str(BUILD))]) > 20
    assert [file for file in compiled if file.startswith(str(BUILD))] == []

"""The README's "The same call in four formats and from three clients", run as written."""

import csv
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from tests.docs import blocks
from tests.e2e.checkout import copy
from tests.e2e.clients.launch import node_modules

SECTION = "The same call in four formats and from three clients"
FORMATS, PREPARATION, PYPI, NPM, GENERATED = [
    block.commands for block in blocks(ROOT / "README.md") if block.section == SECTION
]
PRODUCTS = ["TILLVAL-SMS SMS-påminnelser", "TILLVAL-LAS Koppling till kodlås"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy(tmp_path_factory.mktemp("a newcomer's folder") / "boka bridge")


@pytest.fixture
def shown(stack: LocalStack, folder: Path) -> "Shown":
    return Shown(stack, folder)


class Shown:
    """The lines that commands of the section print in a shell that knows API and TOKEN."""

    def __init__(self, stack: LocalStack, folder: Path) -> None:
        self._folder = folder
        ours = ("AWS_", "PYTHON", "MAKE", "MFLAGS")
        given = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        own = {"API": stack.api_url, "TOKEN": stack.tokens["write"], "TMPDIR": str(folder.parent)}
        self._env = {**given, **own}

    def by(self, shell: str, *commands: str) -> list[str]:
        done = subprocess.run(
            [shell, "-c", "\n".join(commands)],
            cwd=self._folder,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        return done.stdout.splitlines()


def test_four_formats_have_the_same_products(shown: Shown) -> None:
    script = FORMATS.replace("\ncurl", "\necho; echo '----'\ncurl")
    in_json, in_xml, in_csv, in_jsv = (part.strip() for part in "\n".join(shown.by("bash", script)).split("----\n")[1:])
    products = [product.split(" ", 1) for product in PRODUCTS]
    assert json.loads(in_json) == [{"Name": name, "ArticleNumber": number} for number, name in products]
    assert [[child.text for child in product] for product in ET.fromstring(in_xml)] == products
    assert list(csv.reader(in_csv.splitlines()))[1:] == [[name, number] for number, name in products]
    assert in_jsv == "[" + ",".join(f"{{Name:{name},ArticleNumber:{number}}}" for number, name in products) + "]"


def test_pypis_client_prints_the_products(shown: Shown) -> None:
    for shell in filter(shutil.which, ("bash", "zsh")):
        assert shown.by(shell, PREPARATION, PYPI) == PRODUCTS


def test_npms_client_prints_the_products(shown: Shown) -> None:
    assert node_modules().exists()
    assert shown.by("bash", PREPARATION, NPM) == PRODUCTS


def test_generated_client_prints_the_products(shown: Shown) -> None:
    assert shown.by("bash", PREPARATION, GENERATED)[-2:] == PRODUCTS

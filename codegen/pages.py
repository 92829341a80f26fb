"""All pages as files, by their names below the function's folder."""

import json
import tomllib
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from codegen.declarations import read_model
from codegen.dtos import dtos
from codegen.metadata import index_rows, metadata
from codegen.openapi import document

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "functions" / "servicestack" / "static"
_TEMPLATES = Path(__file__).parent / "templates"

_LICENSES = Path(__file__).parent / "licenses"
"""The licenses in npm's swagger-ui-dist. flask-swagger-ui has the same bundle, but not these files."""

_SWAGGER_UI = ("swagger-ui-bundle.js", "swagger-ui.css")
"""The files of Swagger UI that the interactive page needs."""

_LINKS = {"CSharp": "csharp", "TypeScript": "typescript", "Mjs": "mjs", "Python": "python"}
"""The languages in /types, by ServiceStack's names."""


def files() -> dict[str, str]:
    """The text of each page by its file name. Values of a request are still missing; they stand as `«name»`."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    model = read_model()
    style = _template("style.css")
    links = {title: f"«base_url»/types/{name}" for title, name in _LINKS.items()}
    return {
        "index.html": _template("index.html").replace("«style»", style).replace("«rows»", index_rows(model)),
        "operation.html": _template("operation.html").replace("«style»", style),
        "metadata.json": _json(metadata(model)),
        **{f"types/{name}.json": _json(language) for name, language in dtos(model, version).items()},
        "types.json": _json(links),
        "openapi.json": _json(document("«version»", "«base_url»")),
        "docs.html": _template("docs.html"),
        "docs/start.js": _template("start.js"),
        **_swagger_ui(),
    }


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text()


def _swagger_ui() -> dict[str, str]:
    """Swagger UI as the pinned package flask-swagger-ui has it, without references to files that we do not serve."""
    folder = resources("flask_swagger_ui") / "dist"
    found = {
        name: "".join(line for line in (folder / name).read_text().splitlines(True) if "sourceMappingURL=" not in line)
        for name in _SWAGGER_UI
    }
    found |= {path.name: path.read_text() for path in _LICENSES.iterdir()}
    return {f"docs/{name}": text for name, text in found.items()}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"

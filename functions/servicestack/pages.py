"""The pages that are open to everybody: metadata, generated DTOs, the OpenAPI document and the interactive page.

`make pages` writes them into the folder `static` next to this file. Here they are only selected and joined, without the
operations' declarations.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from bokabridge.clock import Clock, utc_now
from bokabridge.http.dto_sources import page_source, source_file
from bokabridge.version import version

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
JAVASCRIPT = "text/javascript"
CSS = "text/css; charset=utf-8"

_FOLDER = Path(__file__).parent / "static"
_FORMATS = ("json", "xml", "jsv", "csv", "jsonl")
_LANGUAGES = {"csharp": TEXT, "mjs": JAVASCRIPT, "typescript": TEXT, "python": TEXT}
_ALIASES = {"js": "mjs"}
_DOCS = {
    "start.js": JAVASCRIPT,
    "swagger-ui.css": CSS,
    "swagger-ui-bundle.js": JAVASCRIPT,
    "swagger-ui-bundle.js.license.txt": TEXT,
    "license.txt": TEXT,
    "notice.txt": TEXT,
}

_BASE_URL = re.compile(r"https?://[\w.:\[\]-]+(/[\w.~-]+)*", re.ASCII)
_PLACE = re.compile(r"«(\w+)»")


class Page(NamedTuple):
    """A response: its status, Content-Type and body."""

    status: int
    content_type: str
    body: str


def find(path: str, query: Mapping[str, str], base_url: str, clock: Clock = utc_now) -> Page | None:
    """The page at this path, or None.

    `base_url` is the API's address as its callers know it, without a slash at its end. Names in the path and in the
    query match in any case. Nothing of the path or the query becomes part of a page, except for options of the DTOs
    that have their option's form.
    """
    options = {name.lower(): value for name, value in query.items()}
    address = base_url if _BASE_URL.fullmatch(base_url) else ""
    match [part for part in path.lower().split("/") if part]:
        case ["metadata"]:
            return _index(address)
        case [format_, "metadata"] if format_ in _FORMATS:
            return _operation(format_, options, address) if options.get("op") else _index(address)
        case ["types" | "types.json"]:
            return Page(200, JSON, _filled(_text("types.json"), base_url=address))
        case ["types", language] if (name := _ALIASES.get(language, language)) in _LANGUAGES:
            return Page(200, _LANGUAGES[name], source_file(_types(name), options, address, clock()))
        case ["openapi.json"]:
            return Page(200, JSON, _filled(_text("openapi.json"), base_url=address or "/", version=version()))
        case ["docs"]:
            return Page(200, HTML, _filled(_text("docs.html"), docs="" if path.endswith("/") else "docs/"))
        case ["docs", file] if file in _DOCS:
            return Page(200, _DOCS[file], _text(f"docs/{file}"))
        case _:
            return None


def _index(address: str) -> Page:
    return Page(200, HTML, _filled(_text("index.html"), base_url=address))


def _operation(format_: str, options: Mapping[str, str], address: str) -> Page | None:
    """The page of the operation `op`, with its sources in the language `lang`, if that is one of ours."""
    metadata = json.loads(_text("metadata.json"))
    by_name = {name.lower(): name for name in metadata["operations"]}
    name = by_name.get(options["op"].lower())
    if name is None:
        return None
    operation = metadata["operations"][name]
    language = options.get("lang", "").lower()
    language = _ALIASES.get(language, language)
    is_source = language in _LANGUAGES
    page = _filled(
        _text("operation.html"),
        name=name,
        heading=operation["heading"],
        tabs=_tabs(metadata["tabs"], name, language if is_source else ""),
        shown=_source(name, language, metadata["tabs"][language]) if is_source else operation["tables"],
        samples=operation["samples"][format_],
    )
    host, slash, base_path = address.partition("://")[2].partition("/")
    return Page(200, HTML, _filled(page, base_url=address, host=host, base_path=slash + base_path))


def _tabs(tabs: Mapping[str, str], operation: str, shown: str) -> str:
    """Links to the operation's tables and to its sources."""
    links = []
    for language, title in tabs.items():
        query = f"?op={operation}" + (f"&amp;lang={language}" if language else "")
        links.append(f'<a href="{query}"{" class=here" if language == shown else ""}>{title}</a>')
    return "\n".join(links)


def _source(operation: str, language: str, title: str) -> str:
    source = escape(page_source(_types(language), operation), quote=False)
    link = f'<a href="«base_url»/types/{language}?IncludeTypes={operation}.*">{title} {operation} DTOs</a>'
    return f"<pre>{source}</pre>\n<p>{link}</p>"


def _types(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_text(f"types/{language}.json"))
    return found


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text()


def _filled(template: str, **values: str) -> str:
    """The template with these values in their places. Other places stay as they are."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)

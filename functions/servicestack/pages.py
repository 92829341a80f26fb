"""The pages that are open to everybody: metadata, generated DTOs, the OpenAPI document and the interactive page.

`make pages` writes them into the folder next to this file. Here they are only selected and joined, without the
operations' declarations. A value of the query becomes part of a page only if it has the form of its option.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from bokabridge.clock import Clock, utc_now

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
JAVASCRIPT = "text/javascript"
CSS = "text/css; charset=utf-8"

type Json = dict[str, Any]

_FOLDER = Path(__file__).parent / "pages"
_FORMATS = ("json", "xml", "jsv", "csv", "jsonl")
_LANGUAGES = {
    "python": TEXT,
    "typescript": TEXT,
    "csharp": TEXT,
    "mjs": JAVASCRIPT,
}
_ALIASES = {"js": "mjs"}
_DOCS = {
    "start.js": JAVASCRIPT,
    "swagger-ui.css": CSS,
    "swagger-ui-bundle.js": JAVASCRIPT,
    "license": TEXT,
}
_BASE_URL = re.compile(r"https?://[\w.:\[\]-]+(/[\w.~-]+)*", re.ASCII)
_VALUE = re.compile("«(\\w+)»")

_LIST = r"[\w.*/{},`-]+"
_FORMS = {
    "GlobalNamespace": r"[A-Za-z_]\w*(\.\w+)*",
    "AddImplicitVersion": r"\d{1,9}",
    "IncludeTypes": _LIST,
    "ExcludeTypes": _LIST,
    "DefaultImports": r"[\w.@/:*,-]+",
    "DataClass": r"[\w=., ]+",
    "DataClassJson": r"[\w=., ]+",
    "AddNamespaces": r"[\w.,]+",
}
"""The form of an option's value, if the option is not a switch. Blanks after commas are allowed in lists."""
_MAX_CHARACTERS = 1000
_SWITCHES = {"true": "True", "1": "True", "false": "False", "0": "False"}
_CONDITIONS = {
    "AddDescriptionAsComments": "doc",
    "AddDocAnnotations": "annotations",
    "AddResponseStatus": "status",
    "MakePropertiesOptional": "optional",
}
"""The option behind each condition of a line (see codegen/source.py)."""


class Page(NamedTuple):
    """A response: its status, Content-Type and body."""

    status: int
    content_type: str
    body: str


def find(path: str, query: Mapping[str, str], base_url: str, clock: Clock = utc_now) -> Page | None:
    """The page at this path, or None.

    `base_url` is the API's address as its callers know it, without a slash at its end. Names in the path and in the
    query match in any case.
    """
    options = {name.lower(): value for name, value in query.items()}
    address = base_url if _BASE_URL.fullmatch(base_url) else ""
    match [part for part in path.lower().split("/") if part]:
        case ["metadata"]:
            return _index(address)
        case [format_, "metadata"] if format_ in _FORMATS:
            return _operation(format_, options, address) if options.get("op") else _index(address)
        case ["types" | "types.json"]:
            return Page(200, JSON, _read("types.json").replace("«base_url»", address))
        case ["types", language] if (name := _ALIASES.get(language, language)) in _LANGUAGES:
            return Page(200, _LANGUAGES[name], _dtos(name, options, address, clock))
        case ["openapi.json"]:
            return Page(200, JSON, _read("openapi.json").replace("«base_url»", address or "/"))
        case ["docs"]:
            return Page(200, HTML, _read("docs.html").replace("«docs»", "" if path.endswith("/") else "docs/"))
        case ["docs", file] if file in _DOCS:
            return Page(200, _DOCS[file], _read(f"docs/{file}"))
        case _:
            return None


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text()


@cache
def _data(name: str) -> Json:
    found: Json = json.loads(_read(name))
    return found


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with these values. Other places stay as they are."""
    return _VALUE.sub(lambda found: values.get(found[1], found[0]), template)


def _index(address: str) -> Page:
    return Page(200, HTML, _filled(_read("index.html"), {"base_url": address}))


def _operation(format_: str, options: Mapping[str, str], address: str) -> Page | None:
    metadata = _data("metadata.json")
    by_name = {name.lower(): name for name in metadata["operations"]}
    name = by_name.get(options["op"].lower())
    if name is None:
        return None
    operation = metadata["operations"][name]
    language = options.get("lang", "").lower()
    shown = _code(name, language) if language in _LANGUAGES else operation["tables"]
    tabs = [
        f'<a href="?op={name}{f"&amp;lang={key}" if key else ""}"{" class=here" if key == language else ""}>{title}</a>'
        for key, title in metadata["tabs"].items()
    ]
    parts = {
        "name": name,
        "heading": operation["heading"],
        "tabs": "\n".join(tabs),
        "shown": shown,
        "samples": operation["samples"][format_],
    }
    host = address.partition("://")[2]
    return Page(200, HTML, _filled(_filled(_read("operation.html"), parts), {"base_url": address, "host": host}))


def _code(operation: str, language: str) -> str:
    """The sources that an operation needs, as a metadata page shows them."""
    data = _data(f"types/{language}.json")
    names = _included(data["types"], [f"{operation}.*"])
    types = [each for each in data["types"] if each["name"] in names and each["kind"] != "marker"]
    lines = _JOIN[language](data, types, {"doc", "annotations"}, data["options"])
    title = data["name"]
    link = f'<a href="«base_url»/types/{language}?IncludeTypes={operation}.*">{title} {operation} DTOs</a>'
    return f"<pre>{escape('\n'.join(lines), quote=False)}</pre>\n<p>{link}</p>"


def _dtos(language: str, options: Mapping[str, str], address: str, clock: Clock) -> str:
    data = _data(f"types/{language}.json")
    given = _given(data, options)
    values = data["options"] | given
    types = data["types"]
    if values["IncludeTypes"]:
        names = _included(types, _items(values["IncludeTypes"]))
        types = [each for each in types if each["name"] in names]
    excluded = set(_items(values["ExcludeTypes"]))
    without_services, without_types = "services" in excluded, "types" in excluded
    types = [
        each
        for each in types
        if each["name"] not in excluded
        and not (without_services and each["kind"] == "request")
        and not (without_types and each["kind"] == "type")
        and not (values.get("AddServiceStackTypes") == "False" and each["namespace"] == "ServiceStack")
    ]
    active = {word for option, word in _CONDITIONS.items() if values.get(option, given.get(option)) == "True"}
    active |= {"dto"} | ({"version"} if values.get("AddImplicitVersion") else set())
    opening, closing = data["header"]
    shown = [f"{'' if name in given else data['comment']}{name}: {values[name]}" for name in data["options"]]
    header = [
        opening,
        f"Date: {clock():%Y-%m-%d %H:%M:%S}",
        f"Version: {data['version']}",
        f'Tip: To override a DTO option, remove "{data["comment"]}" prefix before updating',
        f"BaseUrl: {address}",
        "",
        *shown,
        closing,
        "",
    ]
    return "\n".join([*header, *_JOIN[language](data, types, active, values), "", ""])

"""The source of the operations' DTOs in another language, selected and joined as a request's options ask.

`codegen/` writes the sources of all types at build time; codegen/source.py says which lines depend on which option. The
text of an option becomes part of the source only if it has the option's form, because it could be code.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

type Json = dict[str, Any]

_NAME = r"(\{[\w,]+\}|(\*\.)?[\w.`]+(/?\*)?)"
_NAMES = f"{_NAME}(,{_NAME})*"
_IMPORT = r"[\w.]+(:@?[\w.*-]+(/[\w.*-]+)*)?"
_LISTS = frozenset({"IncludeTypes", "ExcludeTypes", "DefaultImports", "AddNamespaces"})
_FORMS = {
    "GlobalNamespace": r"[A-Za-z_]\w*(\.\w+)*",
    "AddImplicitVersion": r"\d{1,9}",
    "IncludeTypes": _NAMES,
    "ExcludeTypes": _NAMES,
    "DefaultImports": f"{_IMPORT}(,{_IMPORT})*",
    "DataClass": r"[\w=.]+(, ?[\w=.]+)*",
    "DataClassJson": r"[\w=.]+(, ?[\w=.]+)*",
    "AddNamespaces": r"[\w.,]+",
}
"""The form of each option that is not a switch. Lists may have blanks, which we leave out."""

_MAX_CHARACTERS = 1000
_SWITCHES = {"true": "True", "1": "True", "false": "False", "0": "False"}
_CONDITIONS = {
    "AddDescriptionAsComments": "doc",
    "AddDocAnnotations": "annotations",
    "AddResponseStatus": "status",
    "MakePropertiesOptional": "optional",
}
"""The condition of lines that each switch stands for."""

_VALUE = re.compile(r"«(\w+)»")


def source_file(language: Json, query: Mapping[str, str], base_url: str, now: datetime) -> str:
    """The file that a client's tool keeps: a header with the options, and the types that the options select.

    `query` has its names in lower case. Options that are unknown or have no value of their form count as absent.
    """
    given = _given(language["options"].keys() - language["fixed"], language["options"], query)
    values = language["options"] | given
    switches = {name: _SWITCHES.get(query.get(name.lower(), "").lower(), "") for name in _CONDITIONS} | values
    active = {"dto", *(word for name, word in _CONDITIONS.items() if switches[name] == "True")}
    if values.get("AddImplicitVersion"):
        active.add("version")
    opening, closing = language["header"]
    comment = language["comment"]
    header = [
        opening,
        f"Date: {now:%Y-%m-%d %H:%M:%S}",
        f"Version: {language['version']}",
        f'Tip: To override a DTO option, remove "{comment}" prefix before updating',
        f"BaseUrl: {base_url}",
        "",
        *(f"{'' if name in given else comment}{name}: {values[name]}" for name in language["options"]),
        closing,
        "",
    ]
    return "\n".join([*header, *_joined(language, _selected(language["types"], values), values, active), "", ""])


def page_source(language: Json, operation: str) -> str:
    """The source that an operation needs, as its metadata page shows it: without header, route and marker."""
    types = _selected(language["types"], {"IncludeTypes": f"{operation}.*", "AddServiceStackTypes": "False"})
    return "\n".join(_joined(language, types, language["options"], {"doc", "annotations"})).strip()


def _given(supported: Collection[str], defaults: Mapping[str, str], query: Mapping[str, str]) -> dict[str, str]:
    """The supported options that have a value of their form in the query."""
    given = {}
    for name in supported:
        value = query.get(name.lower(), "").strip()
        value = value.replace(" ", "") if name in _LISTS else value
        if defaults[name] in ("True", "False"):
            value = _SWITCHES.get(value.lower(), "")
        elif "*/" in value or len(value) > _MAX_CHARACTERS or not re.fullmatch(_FORMS[name], value, re.ASCII):
            value = ""
        if value:
            given[name] = value
    return given


def _items(names: str) -> list[str]:
    """The items of a list. A comma inside of braces does not separate items."""
    return re.findall(r"\{[^}]*\}|[^,]+", names)


def _selected(types: Sequence[Json], values: Mapping[str, str]) -> list[Json]:
    """The types that these options select, in their order."""
    wanted = _items(values.get("IncludeTypes", ""))
    included = _included(types, wanted) if wanted else {each["name"] for each in types}
    excluded = set(_items(values.get("ExcludeTypes", "")))
    kinds = {kind for kind, word in (("request", "services"), ("type", "types")) if word in excluded}
    return [
        each
        for each in types
        if each["name"] in included - excluded
        and each["kind"] not in kinds
        and not (values.get("AddServiceStackTypes") == "False" and each["namespace"] == "ServiceStack")
    ]


def _included(types: Sequence[Json], wanted: Iterable[str]) -> set[str]:
    """The names that IncludeTypes selects.

    `X` is a type, and what it returns; `X.*` is a type and all that it needs; `*.X` is the requests that need the type;
    `{tag}` is the requests of a tag and all that they need; `NS/*` is the types of a namespace. Interfaces of a
    selected request come with it.
    """
    by_name = {each["name"]: each for each in types}
    names: set[str] = set()
    for item in wanted:
        if item.startswith("{"):
            tags = item.strip("{}").split(",")
            names |= _needed(by_name, [each["name"] for each in types if each.get("tag") in tags])
        elif item.endswith("/*"):
            names |= {each["name"] for each in types if each["namespace"].startswith(item[:-2])}
        elif item.startswith("*."):
            users = [each["name"] for each in types if each["kind"] == "request"]
            names |= {item[2:], *(user for user in users if item[2:] in _needed(by_name, [user]))}
        elif item.endswith(".*"):
            names |= _needed(by_name, [item[:-2]])
        else:
            names |= {item, by_name.get(item, {}).get("returns", item)}
    return names | {name for each in types if each["name"] in names for name in each["implements"]}


def _needed(by_name: Mapping[str, Json], names: Iterable[str]) -> set[str]:
    """These types, and all types that they need or return."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name in found or name not in by_name:
            continue
        found.add(name)
        each = by_name[name]
        left += each["needs"]
        if each["kind"] == "request":
            left += [each["returns"], "IReturn"]
    return found


def _joined(language: Json, types: Sequence[Json], values: Mapping[str, str], active: Collection[str]) -> list[str]:
    """The lines of these types, with the imports and the module around them."""
    match language["name"]:
        case "Python":
            return _python(language, [_lines(each, values, active) for each in types], values)
        case "TypeScript":
            return _typescript(language, [_lines(each, values, active) for each in types], values)
        case "C#":
            return _csharp(language, types, values, active)
        case _:
            return [*language["before"], *(line for each in types for line in _lines(each, values, active))]


def _lines(type_: Json, values: Mapping[str, str], active: Collection[str]) -> list[str]:
    """The lines of a type whose conditions hold."""
    holds = {*active, type_["kind"]}
    filled = {
        "AddImplicitVersion": values.get("AddImplicitVersion", ""),
        "DataClass": f"@dataclass({values['DataClass']})" if values.get("DataClass") else "@dataclass",
        "DataClassJson": f"@dataclass_json({values.get('DataClassJson') or _DATA_CLASS_JSON})",
        "partial": "" if values.get("MakePartial") == "False" else "partial ",
        "virtual": "" if values.get("MakeVirtual") == "False" else "virtual ",
        "nullable": "" if values.get("AddNullableAnnotations") == "False" else "?",
        "access": "internal" if values.get("MakeInternal") == "True" else "public",
    }
    lines = [("", line) if isinstance(line, str) else line for line in type_["lines"]]
    return [
        _VALUE.sub(lambda found: filled[found[1]], text)
        for when, text in lines
        if all((word.lstrip("!") in holds) != word.startswith("!") for word in when.split())
    ]


_DATA_CLASS_JSON = "letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE"


def _python(language: Json, sources: Iterable[list[str]], values: Mapping[str, str]) -> list[str]:
    lines = []
    for item in _items(values["DefaultImports"]):
        module, _, names = item.partition(":")
        lines.append(f"from {module} import {names.replace('/', ', ')}" if names else f"import {module}")
    if values["GlobalNamespace"]:
        lines += ["", f"# module {values['GlobalNamespace']}"]
    return [*lines, *language["before"], *(line for source in sources for line in ["", "", *source])]


def _typescript(language: Json, sources: Iterable[list[str]], values: Mapping[str, str]) -> list[str]:
    lines = []
    for item in _items(values["DefaultImports"]):
        name, _, module = item.partition(":")
        lines.append(f'import {{ {name} }} from "{module}";' if module else f"import {name};")
    body = [*language["before"], *(line for source in sources for line in ["", *source])]
    if not values["GlobalNamespace"]:
        return [*lines, *body]
    return [*lines, "", f"export module {values['GlobalNamespace']}", "{", *_indented(body), "", "}"]


def _csharp(language: Json, types: Sequence[Json], values: Mapping[str, str], active: Collection[str]) -> list[str]:
    own = {values["GlobalNamespace"] or each["namespace"] for each in types}
    added = [each for each in values["AddNamespaces"].split(",") if each]
    lines = [f"using {each};" for each in dict.fromkeys([*language["before"], *added, *sorted(own)])]
    for namespace in sorted(own):
        lines += ["", f"namespace {namespace}", "{"]
        for each in types:
            if namespace in (values["GlobalNamespace"], each["namespace"]):
                lines += [*_indented(_lines(each, values, active)), ""]
        lines.append("}")
    return lines


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]

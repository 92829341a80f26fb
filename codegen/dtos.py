"""The generated DTOs of all languages, in the form that the running function selects from."""

from collections.abc import Callable
from typing import Any

from codegen import csharp, mjs, python, typescript
from codegen.model import SERVICESTACK, AnyType, Call, ClassType, EnumType, Model
from codegen.source import Language, Line, type_record


def dtos(model: Model, version: str) -> dict[str, dict[str, Any]]:
    """By the language's name in the path (/types/python): its header, and its types with their sources.

    `version` is bokabridge's.
    """
    all_types = model.in_order()
    languages = {
        "python": _language(model, python.PYTHON, _not_servicestack(all_types), python.render),
        "typescript": _language(model, typescript.TYPESCRIPT, all_types, typescript.render),
        "mjs": _language(model, mjs.MJS, _not_interfaces(all_types), mjs.render),
        "csharp": _csharp(model, all_types),
    }
    languages["typescript"]["types"][:0] = [
        {"name": name, "namespace": SERVICESTACK, "kind": "marker", "needs": [], "implements": [], "lines": lines}
        for name, lines in typescript.MARKERS.items()
    ]
    return {name: {"version": version, **language} for name, language in languages.items()}


def _language(
    model: Model,
    language: Language,
    types: list[AnyType],
    render: Callable[[AnyType, Call | None], list[Line]],
) -> dict[str, Any]:
    calls = {call.name: call for call in model.calls}
    return {
        "name": language.name,
        "comment": language.comment,
        "header": list(language.header),
        "options": dict(language.options),
        "fixed": sorted(language.fixed),
        "before": list(language.before),
        "types": [type_record(model, each, render(each, calls.get(each.name)), calls.get(each.name)) for each in types],
    }


def _csharp(model: Model, all_types: list[AnyType]) -> dict[str, Any]:
    """C# orders types by name, and has some enums inside of classes."""
    types = sorted(_not_servicestack(all_types), key=lambda each: (each.namespace, each.name))

    def render(type_: AnyType, call: Call | None) -> list[Line]:
        enums = [each for each in model.direct(type_) if isinstance(each, EnumType)]
        return csharp.render(type_, call, [each for each in enums if each.nested_in == type_.name])

    return _language(model, csharp.CSHARP, [each for each in types if not getattr(each, "nested_in", "")], render)


def _not_servicestack(types: list[AnyType]) -> list[AnyType]:
    """Without the types that the language's client library has."""
    return [each for each in types if each.namespace != SERVICESTACK]


def _not_interfaces(types: list[AnyType]) -> list[AnyType]:
    return [each for each in types if not (isinstance(each, ClassType) and each.is_interface)]

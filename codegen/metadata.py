"""The metadata pages of the operations, with the elements of ServiceStack's pages (docs/servicestack.md)."""

from collections.abc import Callable
from html import escape
from typing import Any

from codegen import csharp, mjs, python, samples, typescript
from codegen.contract import VOSS_RESULT
from codegen.model import Call, ClassType, EnumType, Member, Model, TypeName

FORMATS = {
    "json": ("application/json", "json"),
    "xml": ("application/xml", "xml"),
    "jsv": ("text/jsv", "jsv"),
    "csv": ("text/csv", "csv"),
    "jsonl": ("text/jsonl", "other"),
}
"""The formats, with the media type and the name on their pages. ServiceStack calls JSON Lines "other"."""

TABS = {
    "": "Metadata",
    "csharp": csharp.CSHARP.name,
    "mjs": mjs.MJS.name,
    "typescript": typescript.TYPESCRIPT.name,
    "python": python.PYTHON.name,
}

_SAMPLES: dict[str, Callable[[Model, TypeName], str]] = {"xml": samples.as_xml, "jsv": samples.as_jsv}

_VOSS_SAMPLE = '{"productGroupType":"Optional","status":"Active","name":"String","products":[{}]}'
"""VOSS's result as seed 003_19185feaf3f9fc6d.txt shows it. Its classes have no constructor that the page could use."""


def metadata(model: Model) -> dict[str, Any]:
    """What the running function makes an operation's page from: the tabs, and the parts of each operation's page."""
    return {
        "tabs": TABS,
        "operations": {
            call.name: {
                "heading": _heading(call),
                "tables": _tables(model, call),
                "samples": {format_: _samples(model, call, format_) for format_ in FORMATS},
            }
            for call in model.calls
        },
    }


def index_rows(model: Model) -> str:
    """The index's rows: the operations in alphabetical order, with links to the formats."""
    rows = []
    for call in sorted(model.calls, key=lambda each: each.name):
        links = [
            f'<td><a href="«base_url»/{format_}/metadata?op={call.name}">{format_.upper()}</a></td>'
            for format_ in FORMATS
        ]
        title = f"Requires any of the roles: {', '.join(call.roles)}"
        lock = f'<td><span class="lock" role="img" aria-label="{title}" title="{title}"></span></td>'
        rows.append(f"<tr>{lock}<th>{call.name}</th>{''.join(links)}</tr>")
    return "\n".join(rows)


def _heading(call: Call) -> str:
    some = "any of the roles" if len(call.roles) > 1 else "the role"
    route = f"<td class=verb>{call.method}</td><td><code>{call.path}</code></td>"
    texts = f"<td>{_text(call.summary)}</td><td><i>{_text(call.notes)}</i></td>"
    return "\n".join(
        [
            "<table><caption>Requires Authentication</caption>",
            f"<tr><td>Requires {some}:</td><td>{', '.join(call.roles)}</td></tr></table>",
            "<table><caption>The following routes are available for this service:</caption>",
            f"<tr>{route}{texts}</tr></table>",
        ]
    )


def _tables(model: Model, call: Call) -> str:
    """A table for each type of the request and the response. A bare list has none."""
    types = list(model.after(call.request))
    if not call.returns.is_list:
        types += [each for each in model.after(model.types[call.returns.name]) if each.namespace != "ServiceStack"]
    unique = {each.name: each for each in types}
    return "\n".join(_enum(each) if isinstance(each, EnumType) else _class(each) for each in unique.values())


def _class(type_: ClassType) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("Name", "Parameter", "Data Type", "Required", "Description"))
    rows = [_row(member) for member in type_.members]
    return "\n".join([f"<table><caption>{type_.name} Parameters:</caption>", f"<tr>{head}</tr>", *rows, "</table>"])


def _row(member: Member) -> str:
    mark = "?" if member.is_nullable and member.is_value else ""
    cells = [
        member.name,
        member.parameter,
        f"{_text(str(member.type))}{mark}",
        "Yes" if member.is_required else "No",
        _text(member.description),
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _enum(type_: EnumType) -> str:
    rows = [f"<tr><td>{name}</td></tr>" for name in type_.names]
    return "\n".join([f"<table><caption>{type_.name} Enum:</caption>", *rows, "</table>"])


def _samples(model: Model, call: Call, format_: str) -> str:
    """The part of the page about one format."""
    media_type, shown = FORMATS[format_]
    ours = "" if shown == format_ else f" (here: <b>.{format_}</b>, <b>?format={format_}</b>)"
    jsonp = "<p>To embed the response in a <b>jsonp</b> callback, append <b>?callback=myCallback</b></p>\n"
    sample = _SAMPLES.get(format_, samples.as_json)
    request = [f"{call.method} «base_path»{call.path} HTTP/1.1 ", "Host: «host» ", f"Accept: {media_type}"]
    if any(member.parameter == "body" for member in call.request.members):
        request += _body(media_type, sample(model, TypeName(call.name)))
    is_short = call.returns.name == VOSS_RESULT and sample is samples.as_json
    response = _VOSS_SAMPLE if is_short else sample(model, call.returns)
    return (
        "<p>To override the Content-type in your clients, use the HTTP <b>Accept</b> Header, append the "
        f"<b>.{shown}</b> suffix or <b>?format={shown}</b>{ours}</p>\n"
        f"{jsonp if format_ == 'json' else ''}"
        f"<h3>HTTP + {shown.upper()}</h3>\n"
        "<p>The following are sample HTTP requests and responses. The placeholders shown need to be replaced with "
        "actual values.</p>\n"
        f"<pre>{_text('\n'.join(request))}</pre>\n"
        f"<pre>{_text('\n'.join(['HTTP/1.1 200 OK', *_body(media_type, response)]))}</pre>"
    )


def _body(media_type: str, text: str) -> list[str]:
    return [f"Content-Type: {media_type}", "Content-Length: length", "", text]


def _text(text: str) -> str:
    return escape(text, quote=False)

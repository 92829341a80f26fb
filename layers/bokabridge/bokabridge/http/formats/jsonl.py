"""JSON Lines: one line for each item of a list, or the JSON of the whole DTO.

Source: ServiceStack's JsonlSerializer.cs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokabridge.http.formats import json_
from bokabridge.http.formats.shape import Kind, Shape, shape_of, tree_of
from bokabridge.http.jsconfig import Switches
from bokabridge.http.operation import ResponseBody
from bokabridge.http.wire import WireModel


def write(body: ResponseBody, switches: Switches) -> str:
    """The JSON of a DTO, or the lines of a bare list or of a DataContract's first list."""
    shape = shape_of(type(body))
    is_whole = not shape.item and not shape.is_data_contract
    return json_.write(body, switches) if is_whole else write_tree(tree_of(body), shape, switches)


def write_many(bodies: Sequence[ResponseBody], kind: type[ResponseBody], switches: Switches) -> str:  # noqa: ARG001
    """A line for each of a batch's responses."""
    return "".join(f"{json_.write(body, switches)}\n" for body in bodies)


def write_tree(tree: Any, shape: Shape, switches: Switches) -> str:
    """The JSON of a DTO's members, or the lines of a bare list or of a DataContract's first list."""
    if shape.item:
        return "".join(f"{json_.write_tree(item, shape.item, switches)}\n" for item in tree)
    if shape.is_data_contract:
        for member in shape.members:
            if member.kind is Kind.LIST and member.shape:
                items = tree.get(member.name) or []
                return "".join(f"{json_.write_tree(item, member.shape, switches)}\n" for item in items)
    return json_.write_tree(tree, shape, switches)


def read(text: str, request: type[WireModel]) -> Mapping[str, Any]:
    """The members of the object in the first line. Raises InvalidInput."""
    return json_.read(next(iter(_lines(text)), ""), request)


def read_many(text: str, request: type[WireModel]) -> Sequence[Mapping[str, Any]]:
    """The members of the object in each line. Raises InvalidInput."""
    return [json_.read(line, request) for line in _lines(text)]


def _lines(text: str) -> Sequence[str]:
    return [line for line in text.removeprefix("\ufeff").split("\n") if line.strip()]

"""A parser of untrusted XML: the standard library's expat, without document types.

So there are no entities of the document's own to expand (billion laughs) or to fetch (XXE), as in defusedxml.
"""

from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

from bokabridge.http.formats.refused import refused

INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
"""The namespace of `i:nil`."""


@dataclass(slots=True)
class Element:
    """An element. Names are `namespace name`, or the name alone if it has no namespace."""

    name: str
    attributes: dict[str, str]
    children: "list[Element]" = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The characters directly in the element."""
        return "".join(self.texts)


def parse(text: str) -> Element:
    """The root element. Raises InvalidInput for text that is not well-formed, and for a document type (DTD)."""
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    document = Element("", {})
    path = [document]

    def start(name: str, attributes: dict[str, str]) -> None:
        element = Element(name, attributes)
        path[-1].children.append(element)
        path.append(element)

    def end(_: str) -> None:
        path.pop()

    def add_text(more: str) -> None:
        path[-1].texts.append(more)

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = add_text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(text.removeprefix("\ufeff").lstrip(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        raise refused("The body is not well-formed XML.") from None
    return document.children[0]


def _refuse_document_type(*_: Any) -> NoReturn:
    raise refused("The body must not have a document type (DTD).")

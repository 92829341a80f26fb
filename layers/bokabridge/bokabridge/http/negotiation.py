"""The representation of a response: its format, its JSONP callback and the switches of `?jsconfig=`.

ServiceStack looks at the path, `?callback=`, `?format=` and the first type of Accept, in this order. It ignores
q-values, and it never responds with 406.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bokabridge.http.formats import FORM, FORMATS, JSON, Format, format_of
from bokabridge.http.jsconfig import Switches, parse_switches
from bokabridge.http.received import Received

_SUBSTITUTED = re.compile(r"[^A-Za-z0-9._]")


@dataclass(frozen=True, slots=True)
class Representation:
    """How the caller wants the response. `callback` is the name of a JavaScript function, or ""."""

    format: Format
    switches: Switches
    callback: str = ""

    @property
    def content_type(self) -> str:
        """The response's Content-Type."""
        return "text/javascript" if self.callback and self.format.name == "json" else self.format.content_type

    def wrapped(self, text: str) -> str:
        """The text as the callback's argument, if there is a callback."""
        return f"{self.callback}({text})" if self.callback else text


def negotiate(received: Received) -> Representation:
    """The representation that the request asks for."""
    asked = received.parameter("callback")
    callback = _SUBSTITUTED.sub("_", asked) if asked else ""
    name = _format_name(received, callback)
    return Representation(FORMATS.get(name, JSON), parse_switches(received.parameter("jsconfig")), callback)


def _format_name(received: Received, callback: str) -> str:
    asked = received.address
    if asked.format and not asked.is_predefined:
        return asked.format
    if callback:
        return "json"
    wanted = received.parameter("format").partition(".")[0].lower()
    if wanted in FORMATS or wanted == "html":
        return wanted
    return asked.format or _accepted(received.headers.get("accept", ""), received.headers.get("content-type", ""))


@lru_cache(256)
def _accepted(accept: str, content_type: str) -> str:
    """The format of Accept's first type, or JSON. `*/*` alone means the format of the request's body.

    ServiceStack's own default is an HTML page around the data, which we do not have.
    """
    accept = accept.strip().lower()
    if accept == "*/*":
        sent = format_of(content_type)
        return JSON.name if sent is None or sent is FORM else sent.name
    first = accept.partition(",")[0].partition(";")[0].strip()
    return next((name for name, each in FORMATS.items() if each.accept == first), JSON.name)

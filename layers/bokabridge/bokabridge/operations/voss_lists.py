"""Lists of usages that fit through Lambda: every usage, and those answers of VOSS for which there is room."""

from collections.abc import Sequence
from typing import Protocol

from bokabridge.http.size import MAX_BODY_BYTES, sent_bytes
from bokabridge.http.wire import WireModel
from bokabridge.voss.usage import Usage

_ENVELOPE_BYTES = 1000
"""More than what a list has around its items."""


class Respond[Response: WireModel](Protocol):
    """The DTO of a usage, with or without VOSS's answer."""

    def __call__(self, usage: Usage, *, omits_answer: bool = False) -> Response:
        """The DTO."""
        ...


def with_room_for_answers[Response: WireModel](usages: Sequence[Usage], respond: Respond[Response]) -> list[Response]:
    """The DTOs of these usages. From the first, each has its answer as long as there is room for it."""
    bare = [respond(usage, omits_answer=usage.result_json is not None) for usage in usages]
    room = MAX_BODY_BYTES - _ENVELOPE_BYTES - sum(sent_bytes(response.to_json()) for response in bare)
    responses = []
    for usage, response in zip(usages, bare, strict=True):
        size = sent_bytes(usage.result_json or "")
        fits = size <= room
        responses.append(respond(usage) if fits else response)
        room -= size if fits else 0
    return responses

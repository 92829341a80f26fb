"""A DTO with a member of every kind."""

from datetime import datetime

from bokabridge.http.wire import WireDate, WireGuid, WireModel
from tests import servicestack as stub

AT = "2026-11-21T18:40:01.123Z"
"""CREATED as text."""
NOTHING_SET = datetime(1, 1, 1)  # noqa: DTZ001 (.NET's minimum has no zone)


class Part(WireModel):
    """A part of a thing."""

    part_number: int = 0


class Thing(WireModel):
    """A member of every kind."""

    id: WireGuid
    text: str | None = None
    count: int = 0
    maybe: int | None = None
    share: float = 0
    active: bool = False
    at: WireDate | None = None
    created: WireDate = stub.CREATED
    things: list[Part] | None = None
    extra: dict[str, str] | None = None

"""The place in a local endpoint's list, and the check that each page continues where the last one ended.

An offset alone would not show that a system ignores it, counts it in pages, or sends the same people again.
"""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bokabridge.adapters.axema.digests import content_digest, set_digest, user_digest
from bokabridge.adapters.axema.records import CANNOT_CONTINUE
from bokabridge.errors import FatalError

_ID = "id"
_TAIL = 16
"""Records of a page's end that we remember. As many in a row are not the same by chance."""


class Bookmark(BaseModel):
    """What we remember of the pages so far: at most 500 characters, without personal data."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    offset: int = 0
    arrived: int = 0
    """Records without those that were sent again."""
    counted: int | None = None
    """The largest `total` so far."""
    size: int = 0
    """Records of the largest page. A system may have a smaller limit than ours."""
    beginning: list[str] = []
    """The first two users of the list."""
    first_page: str = ""
    last_page: str = ""
    tail: list[str] = []
    """The last records of the last page."""

    @classmethod
    def read(cls, cursor: str | None) -> Self:
        """The bookmark in a cursor. Raises FatalError for a cursor of another kind of connection."""
        try:
            return cls() if cursor is None else cls.model_validate_json(cursor)
        except ValidationError:
            raise FatalError(CANNOT_CONTINUE) from None

    def cursor(self) -> str:
        """The text from which `read` makes this bookmark."""
        return self.model_dump_json()

    def after(self, users: list[Any], new: list[Any], total: int | None) -> Self:
        """The bookmark after a page of these users, of whom some are new."""
        page, totals = _page(users), [count for count in (self.counted, total) if count is not None]
        return type(self)(
            offset=self.offset + len(users),
            arrived=self.arrived + len(new),
            counted=max(totals, default=None),
            size=max(self.size, len(users)),
            beginning=self.beginning or [user_digest(raw, _ID) for raw in users[:2]],
            first_page=self.first_page or page,
            last_page=page,
            tail=[content_digest(raw) for raw in users[-_TAIL:]],
        )

    def new_of(self, users: list[Any], page_number: int) -> list[Any]:
        """The users of the next page that the last page did not have. They are few or none if the list has shifted.

        Raises FatalError if the system does not respect the offset.
        """
        repeated = self._repeated_of(users)
        if self.sends_again(users) or repeated > max(1, self.size // 3):
            raise FatalError(
                f"Axema's response for page {page_number} repeats users of an earlier page. The system at the "
                "ApiEndpoint must respect the offset: the number of users before the page."
            )
        return users[repeated:]

    def sends_again(self, users: list[Any]) -> bool:
        """True if these are the users of the first page or of the last one. One user alone proves nothing."""
        return len(users) > 1 and _page(users) in (self.first_page, self.last_page)

    def ends_with(self, users: list[Any]) -> bool:
        """True if nothing in the next page is new."""
        return self.sends_again(users) or self._repeated_of(users) == len(users)

    def is_contradicted_by(self, from_second: list[Any]) -> bool:
        """True if the list from offset 1 begins with neither the second user nor, after a change, the first one."""
        if len(self.beginning) < len(("first", "second")):
            return False
        return not from_second or user_digest(from_second[0], _ID) not in self.beginning

    def _repeated_of(self, users: list[Any]) -> int:
        """How many records at the page's beginning are the end of the last page.

        A system that counts a record and does not send it makes later pages begin too early, and so does a person who
        joined while we were reading.
        """
        digests = [content_digest(raw) for raw in users] if self.tail else []
        for count, digest in enumerate(digests, 1):
            compared = min(count, len(self.tail))
            is_within_page = count <= len(self.tail) or len(self.tail) == _TAIL
            if (
                digest == self.tail[-1]
                and is_within_page
                and digests[count - compared : count] == self.tail[-compared:]
            ):
                return count
        return 0


def _page(users: list[Any]) -> str:
    return set_digest(user_digest(raw, _ID) for raw in users)

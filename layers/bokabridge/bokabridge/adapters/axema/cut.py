"""Cutting long responses of VAKA Online into pages, and the place in its list."""

from bisect import bisect_right
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bokabridge.adapters.axema.digests import content_digest, user_digest
from bokabridge.adapters.axema.records import CANNOT_CONTINUE, user_id
from bokabridge.errors import FatalError

USER_ID = "userId"
"""The member that has the user id."""

CUT_SIZE = 1000
"""Records of a long response that make one page. Each page costs a commit."""

_LONGEST_CUT = 2 * CUT_SIZE
"""A page has all records of its last user, unless it would become longer than this."""

_SAMPLE_SIZE = 8
_DIGEST_CHARACTERS = 16


class Place(BaseModel):
    """The cursor: the token of a response, or None for the first one, and the last record read of it, if it is long.

    It does not change with the pages read, so that a token that points back to itself gives an equal cursor.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    token: str | None = None
    after: str | None = None
    is_paged: bool = False
    """True if the response has, or had, a token for the next one."""
    sample: list[str] = []
    """Some users of the first response."""
    size: int = 0
    """The number of users in the first response."""

    @classmethod
    def read(cls, cursor: str | None) -> Self:
        """The place in a cursor. Raises FatalError for a cursor of another kind of connection."""
        try:
            return cls() if cursor is None else cls.model_validate_json(cursor)
        except ValidationError:
            raise FatalError(CANNOT_CONTINUE) from None

    def cursor(self) -> str:
        """The text from which `read` makes this place."""
        return self.model_dump_json()

    def next(self, token: str, users: list[Any]) -> "Place":
        """The beginning of the next response."""
        sample, size = self._first(users)
        return Place(token=token, is_paged=True, sample=sample, size=size)

    def within(self, last: str, users: list[Any], *, has_token: bool) -> "Place":
        """The place after this record of the same response."""
        sample, size = self._first(users)
        return Place(token=self.token, after=last, is_paged=has_token, sample=sample, size=size)

    def check_that_paging_stays(self, users: list[Any], *, has_token: bool) -> None:
        """Raises FatalError if this response shows that VAKA Online began to page its list, or stopped doing so.

        It stopped if a response to a token is longer than the first one, has its users, and is the last one.
        """
        if self.after is not None:
            has_changed = has_token != self.is_paged
        elif self.token is not None and not has_token and len(users) > self.size > 1:
            has_changed = {user_digest(raw, USER_ID) for raw in users}.issuperset(self.sample)
        else:
            has_changed = False
        if has_changed:
            raise FatalError(
                "Axema changed between a list in one response and a list in pages while the sync was reading it. "
                "Start it again to finish."
            )

    def _first(self, users: list[Any]) -> tuple[list[str], int]:
        if self.size or self.token is not None:
            return self.sample, self.size
        step = max(1, len(users) // _SAMPLE_SIZE)
        return [user_digest(raw, USER_ID) for raw in users[::step][:_SAMPLE_SIZE]], len(users)


class CutList:
    """A response's records. More than CUT_SIZE of them are read in the order of digests, which spreads broken ones."""

    def __init__(self, users: list[Any]) -> None:
        self._users = users
        self._order: list[tuple[str, int]] = []

    def after(self, last: str | None) -> tuple[list[Any], str | None]:
        """The records after this one, and the last of them if there are more."""
        if last is None and len(self._users) <= CUT_SIZE:
            return self._users, None
        order = self._order = self._order or self._sorted()
        begin = bisect_right(order, last, key=lambda entry: entry[0]) if last is not None else 0
        end = min(begin + CUT_SIZE, len(order))
        while 0 < end < min(len(order), begin + _LONGEST_CUT) and _user(order[end]) == _user(order[end - 1]):
            end += 1
        return [self._users[at] for _, at in order[begin:end]], order[end - 1][0] if end < len(order) else None

    def _sorted(self) -> list[tuple[str, int]]:
        """Each record's digest and its number among equal ones, with its index. All records of a user are together."""
        seen: dict[str, int] = {}
        order = []
        for at, raw in enumerate(self._users):
            digest = user_digest(raw, USER_ID)
            number = seen[digest] = seen.get(digest, 0) + 1
            if number > 1 and user_id(raw, USER_ID) is None:
                digest = content_digest([digest, number])  # not together with its equals
            order.append((f"{digest} {number:07}", at))
        order.sort()
        return order


def _user(entry: tuple[str, int]) -> str:
    return entry[0][:_DIGEST_CHARACTERS]

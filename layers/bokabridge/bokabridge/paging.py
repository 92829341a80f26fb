"""Parts of lists: which part a caller wants, and that part together with the length of the whole list."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Window:
    """The items of a list from index `skip` (the first item has index 0), at most `take` of them."""

    skip: int
    take: int

    @property
    def stop(self) -> int:
        """The index after the last item."""
        return self.skip + self.take

    def of[Item](self, items: Iterable[Item]) -> list[Item]:
        """The items in this window. Reads no further than the window's end."""
        return list(islice(items, self.skip, self.stop))


@dataclass(frozen=True, slots=True)
class Page[Item]:
    """The items of a list from index `offset`. `total` is the number of items in the whole list."""

    offset: int
    total: int
    results: list[Item]

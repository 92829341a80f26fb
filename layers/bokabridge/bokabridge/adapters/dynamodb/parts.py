"""What a page of a job has, in items of limited size: `<prefix><job id>#<page index>#<part>`.

Part 0 has the number of the page's parts. Other parts count only if part 0 is there and says so, so that parts which an
earlier run of the page left behind do not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import key
from bokabridge.usersync.job import SyncJob

MAX_PART_BYTES = 100_000
"""An item may have 400 KB. In a transaction, a byte costs twice as much as outside."""


def split[Member](
    members: Iterable[Member], size_of: Callable[[Member], int], max_bytes: int = MAX_PART_BYTES
) -> list[list[Member]]:
    """The members in parts of at most `max_bytes`. A larger member has a part of its own."""
    parts: list[list[Member]] = []
    size = max_bytes
    for member in members:
        member_size = size_of(member)
        if size + member_size > max_bytes:
            parts.append([])
            size = 0
        parts[-1].append(member)
        size += member_size
    return parts


def part_items(prefix: str, job: SyncJob, page_index: int, parts: Sequence[Item], expires_at: int) -> list[Item]:
    """The items with these parts of a page. `expires_at` is in seconds since 1970."""
    return [
        {
            **key(job.company_id, f"{prefix}{job.id}#{page_index:06}#{number:06}"),
            **part,
            "Page": page_index,
            "Part": number,
            "Parts": len(parts),
            "ExpiresAt": expires_at,
        }
        for number, part in enumerate(parts)
    ]


def valid_parts(items: Iterable[Item]) -> Iterator[Item]:
    """The items that count, of those with the same prefix in the order of their keys."""
    page, parts = -1, 0
    for item in items:
        if item["Part"] == 0:
            page, parts = item["Page"], item["Parts"]
        if item["Page"] == page and item["Part"] < parts:
            yield item

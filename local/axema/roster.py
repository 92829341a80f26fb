"""The list of records in a company's VAKA system, as a pure function of a few controls."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from local.axema.controls import Controls
from local.axema.people import broken_record, person

_ROSTERS_KEPT = 16


@dataclass(frozen=True)
class Roster:
    """The controls that determine the list. A change of any other control keeps the cached list."""

    company_id: str
    users: int
    changed: int
    bad_records: int
    duplicate: int
    removed: int
    empty: bool

    @classmethod
    def of(cls, company_id: str, controls: Controls) -> Self:
        """The roster for a company's controls."""
        return cls(
            company_id=company_id,
            users=controls.users,
            changed=controls.changed,
            bad_records=controls.bad_records,
            duplicate=controls.duplicate,
            removed=controls.removed,
            empty=controls.empty,
        )


def spread(count: int, total: int) -> list[int]:
    """`count` different positions, spread evenly over `total`; all positions if `count` is larger."""
    count = min(count, total)
    return [step * total // count for step in range(count)]


def records(roster: Roster) -> list[object]:
    """People in a fixed order, followed by duplicates of some, with invalid records spread in between."""
    if roster.empty:
        return []
    staying = max(roster.users - roster.removed, 0)
    changed = set(spread(roster.changed, staying))
    people: list[object] = [person(roster.company_id, index, int(index in changed)) for index in range(staying)]
    people += [people[index] for index in spread(roster.duplicate, staying)]
    return _with_broken_records(people, roster)


def _with_broken_records(people: list[object], roster: Roster) -> list[object]:
    listed = iter(people)
    broken_at = set(spread(roster.bad_records, len(people) + roster.bad_records))
    broken = (broken_record(roster.company_id, index) for index in range(roster.bad_records))
    return [next(broken if at in broken_at else listed) for at in range(len(people) + roster.bad_records)]


@lru_cache(maxsize=_ROSTERS_KEPT)
def serialised_records(roster: Roster) -> tuple[bytes, ...]:
    """Each record as JSON, created once, so that a page of a long list is only a join."""
    return tuple(json.dumps(record, ensure_ascii=False).encode() for record in records(roster))

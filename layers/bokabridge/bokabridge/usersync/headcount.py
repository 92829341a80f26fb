"""The number of a company's customers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_SMALL = 500
"""Counting this number of customers costs about as much as one page of a sync."""

_KEEP = timedelta(hours=20)
"""A nightly sync begins up to a quarter of an hour earlier or later than the one before."""


@dataclass(frozen=True, slots=True)
class Headcount:
    """The number of customers by the commits of syncs and the removals since they were last counted, at `counted_at`.

    Another system may have added customers, so the number is checked: in small companies by every sync, in others once
    a day.
    """

    customers: int
    counted_at: datetime

    def is_due(self, now: datetime) -> bool:
        """True if the number should be checked now."""
        return self.customers <= _SMALL or self.counted_at + _KEEP <= now

"""The lock of a company in memory, of InMemoryJobs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class FakeLock:
    """A company's lock; see JobStore."""

    fence: int = 0
    job_id: str | None = None
    acquired_at: datetime | None = None
    lease_until: datetime | None = None
    has_begun: bool = False
    working_until: datetime | None = None
    is_writing: bool = False

    def is_worked_on(self, now: datetime) -> bool:
        """True if a worker may be writing."""
        return self.working_until is not None and self.working_until >= now

    def is_leased(self, now: datetime) -> bool:
        """True if the lease is live."""
        return self.lease_until is not None and self.lease_until >= now

    def retained(self) -> "FakeLock":
        """The lock of a job that has ended while its worker may be writing."""
        return FakeLock(self.fence, self.job_id, working_until=self.working_until)

"""The ends of jobs in memory: standings and notices. They pass the same contract tests as the adapters."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from bokabridge.settings.fakes import InMemorySettings
from bokabridge.usersync.end import End, end_of
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.notice import Message, Notice
from bokabridge.usersync.standing import Standing


class InMemoryNotices:
    """NoticeStore in a dict. InMemoryJobs has one, and stores the notices of its jobs in it."""

    def __init__(self, settings: InMemorySettings) -> None:
        self._settings = settings
        self._failures: Counter[str] = Counter()
        self.stored: dict[tuple[str, str], Notice] = {}
        settings.forget_failures = lambda company_id: self._failures.pop(company_id, None)

    def end(self, job: SyncJob, failure: Failure | None, now: datetime) -> End:
        """End a job. Not part of NoticeStore."""
        company_id, settings = job.company_id, self._settings.find(job.company_id)
        if settings is not None and settings.updated_at > job.created_at:
            settings = None
        before = Standing(
            self._failures[company_id],
            settings.rejections if settings else 0,
            settings.paused_at if settings else None,
        )
        is_scheduled = settings is not None and settings.is_scheduled
        flags = {"is_scheduled": is_scheduled, "is_sync": job.is_sync}
        end = end_of(company_id, job.id, failure, before, now, **flags)
        self._failures[company_id] = end.standing.failures
        if settings is not None:
            self._settings.note_rejections(company_id, end.standing.rejections, end.standing.paused_at)
        if end.notice:
            self.stored[company_id, job.id] = end.notice
        return end

    def failures(self, company_id: str) -> int:
        """The number of failed syncs in a row. Not part of NoticeStore."""
        return self._failures[company_id]

    def find(self, company_id: str, job_id: str) -> Notice | None:
        """See NoticeStore."""
        return self.stored.get((company_id, job_id))


@dataclass(slots=True)
class RecordedTopic:
    """NoticeTopic that records the messages in `published`. `error` makes it fail."""

    published: list[Message] = field(default_factory=list)
    error: Exception | None = None

    def publish(self, message: Message) -> None:
        """See NoticeTopic."""
        if self.error is not None:
            raise self.error
        self.published.append(message)

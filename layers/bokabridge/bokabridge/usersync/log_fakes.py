"""The issues and the changes of jobs in memory. They pass the same contract tests as the adapters."""

from collections.abc import Iterable, Iterator, Sequence

from bokabridge.paging import Window
from bokabridge.usersync.changes import LoggedChange, PersonChange
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.people import Issue


class InMemoryIssues:
    """IssueStore in dicts. InMemoryJobs has one, and stores the issues of committed pages in it."""

    def __init__(self) -> None:
        self._issues: dict[tuple[str, str], dict[str, Issue]] = {}

    def store(self, job: SyncJob, issues: Iterable[Issue]) -> None:
        """Store the issues of a committed page. Not part of IssueStore."""
        self._issues.setdefault((job.company_id, job.id), {}).update({issue.key: issue for issue in issues})

    def list(self, company_id: str, job_id: str, window: Window) -> list[Issue]:
        """See IssueStore."""
        of_job = self._issues.get((company_id, job_id), {})
        return window.of(of_job[key] for key in sorted(of_job))


class InMemoryChanges:
    """ChangeLog in dicts. InMemoryJobs has one, and stores the changes of jobs in it."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], dict[int, list[PersonChange]]] = {}

    def store(self, job: SyncJob, page_index: int, changes: Sequence[PersonChange] | None) -> None:
        """Store the changes of a page, if given, in place of its earlier ones. Not part of ChangeLog."""
        if changes is not None:
            self._of_job(job)[page_index] = list(changes)

    def of_page(self, job: SyncJob, page_index: int) -> list[PersonChange]:
        """See ChangeLog."""
        return self._of_job(job).get(page_index, [])

    def of_job(self, company_id: str, job_id: str) -> Iterator[LoggedChange]:
        """See ChangeLog."""
        pages = self._pages.get((company_id, job_id), {})
        return (LoggedChange(index, change) for index in sorted(pages) for change in pages[index])

    def _of_job(self, job: SyncJob) -> dict[int, list[PersonChange]]:
        return self._pages.setdefault((job.company_id, job.id), {})

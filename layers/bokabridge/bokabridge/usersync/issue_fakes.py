"""The issues in memory. They pass the same contract tests as the adapter."""

from collections.abc import Iterable

from bokabridge.paging import Window
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

"""Guards that stop a sync whose source appears to be broken. Each raises FatalError."""

from bokabridge.errors import FatalError
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.ports import LinkStore

GUARD_AFTER_RECORDS = 500
GUARD_SKIPPED_SHARE = 0.4
"""A sync stops if more than this share of its records is skipped, once it has seen GUARD_AFTER_RECORDS records."""


def guard_source(job: SyncJob, page: UserPage, links: LinkStore) -> None:
    """Stop a sync whose cursor does not advance, or whose source has no users although some were synced before."""
    if page.next_cursor is not None and page.next_cursor == job.cursor:
        raise FatalError(f"Axema's response for page {job.page_number} points back to itself, so the sync was stopped.")
    found_before = job.counters.found if job.counters else 0
    is_empty = not page.records and page.next_cursor is None and not found_before
    if is_empty and links.any_exist(job.company_id):
        raise FatalError(
            "Axema returned no users at all, although users were synced before. Nothing was changed. "
            "Check that the integration may still read the system's users."
        )


def guard_skipped(job: SyncJob) -> None:
    """Stop a sync that has to skip too many records."""
    counters = job.counters
    if counters is None or counters.found < GUARD_AFTER_RECORDS:
        return
    if counters.skipped > GUARD_SKIPPED_SHARE * counters.found:
        raise FatalError(
            f"{counters.skipped} of the first {counters.found} users could not be read, so the sync was stopped. "
            "The job's issues say what is wrong with each."
        )

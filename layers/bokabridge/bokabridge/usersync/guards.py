"""Guards that stop a sync whose source appears to be broken."""

from bokabridge.errors import FatalError
from bokabridge.usersync.actions import Skip
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.link import user_key
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.plan import Plan
from bokabridge.usersync.ports import LinkStore
from bokabridge.usersync.roster import Roster, hash_of_cursor, hash_of_key
from bokabridge.usersync.run import Run

GUARD_AFTER_RECORDS = 500
GUARD_SKIPPED_SHARE = 0.4
"""A sync stops if more than this share of its records is skipped, once it has seen GUARD_AFTER_RECORDS records."""

MAX_IDLE_PAGES = 20
MAX_REPEATED_PAGES = 3
"""A sync stops after this number of pages in a row without a new user. Fewer are enough if they have users."""


def guard_users(job: SyncJob, page: UserPage, links: LinkStore) -> None:
    """Stop a sync whose source has no users although some were synced before. Raises FatalError."""
    found_before = (job.counters.found if job.counters else 0) + job.undecided
    is_empty = not page.records and page.next_cursor is None and not found_before
    if is_empty and links.any_exist(job.company_id):
        raise FatalError(
            "Axema returned no users at all, although users were synced before. Nothing was changed. "
            "Check that the integration may still read the system's users."
        )


def brings_nobody(plan: Plan, run: Run) -> bool:
    """True if the page has no record, or only records of users whom earlier pages of this sync had."""

    def is_known(source_user_id: str) -> bool:
        return run.roster.has_found(hash_of_key(user_key(run.system, source_user_id)))

    return all(isinstance(each, Skip) and (each.is_double or is_known(each.issue.key)) for each in plan.actions)


def stop_reason(before: SyncJob, after: SyncJob, page: UserPage, roster: Roster) -> FatalError | None:
    """Why a sync must stop after this page, or None. `after` is the job with the page."""
    return _endless(before, after, page, roster) or _unreadable(after)


def _endless(before: SyncJob, after: SyncJob, page: UserPage, roster: Roster) -> FatalError | None:
    cursor, number = page.next_cursor, before.page_number
    if cursor is None:
        return None
    if cursor == before.cursor:
        return FatalError(f"Axema's response for page {number} points back to itself, so the sync was stopped.")
    if roster.has_cursor(hash_of_cursor(cursor)):
        return FatalError(
            f"Axema's response for page {number} points back to an earlier page, so its list of users never ends. "
            "The sync was stopped."
        )
    if after.repeated_pages >= MAX_REPEATED_PAGES or after.idle_pages >= MAX_IDLE_PAGES:
        what = "only users of earlier pages" if after.repeated_pages else "no users"
        return FatalError(
            f"The last {after.idle_pages} pages of Axema's list, up to page {number}, have {what}, "
            "and the list goes on. The sync was stopped."
        )
    return None


def _unreadable(job: SyncJob) -> FatalError | None:
    """Too many records are skipped for other reasons than that their users appeared before."""
    counters = job.counters
    if counters is None or counters.found < GUARD_AFTER_RECORDS:
        return None
    unreadable = counters.skipped - job.doubles
    if unreadable <= GUARD_SKIPPED_SHARE * (counters.found - job.doubles):
        return None
    return FatalError(
        f"{unreadable} of the first {counters.found - job.doubles} users could not be read, so the sync was stopped. "
        "The job's issues say what is wrong with each."
    )

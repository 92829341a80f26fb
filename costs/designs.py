"""What a sync costs in our design and in two others, from the same counts."""

from collections.abc import Callable, Mapping
from typing import Any

from costs.assumptions import LOG_BYTES, MEMORY_GB, PAGE_SECONDS, SLOWDOWN, SMALL_SECONDS, SYNC_SECONDS
from costs.bill import added, bill_of

type Counted = Mapping[str, Any]


def ours(counted: Counted, kind: str) -> dict[str, float]:
    """As many pages as fit an invocation."""
    return _as_counted(counted, counted["syncs"][kind], kind)


def one_invocation_per_page(counted: Counted, kind: str) -> dict[str, float]:
    """One Lambda invocation, and two states, for each page. Counted with PageBudgetSeconds=0."""
    return _as_counted(counted, counted["syncs, one invocation per page"][kind], kind)


def one_task_per_user(counted: Counted, kind: str) -> dict[str, float]:
    """A map state with one task for each user, which reads its link and writes what our worker writes for it.

    It is a little cheaper than it would be: nothing counts for keeping the job, the lock and the roster.
    """
    people, pages = counted["people"], counted["pages"]
    sync, nothing_changed = counted["syncs"][kind], counted["syncs"]["unchanged"]
    tasks = {
        "TaskFunction": people,
        "PageFunction": pages,
        "UserSyncScheduleFunction": 1,
        "UserSyncCloseFunction": 1,
        "scheduled invocations": 1,
        "GetSecretValue": 1,
        "transitions": people + 3 * pages + 1,  # a task each; page, map and choice for each page; the close
        "read units": people,
        "write units": sync["write units"] - nothing_changed["write units"],
        "index write units": sync["index write units"],
    }
    seconds = pages * PAGE_SECONDS.value + (people + 2) * SMALL_SECONDS.value
    return _with_lambda(tasks, seconds)


DESIGNS: dict[str, Callable[[Counted, str], dict[str, float]]] = {
    "bokabridge": ours,
    "one Lambda per page": one_invocation_per_page,
    "one task per user": one_task_per_user,
}


def _as_counted(counted: Counted, counts: Mapping[str, float], kind: str) -> dict[str, float]:
    others = counts["UserSyncPageFunction"] - 1 + 2  # the schedule's and the close's
    work = SYNC_SECONDS[kind].value * SLOWDOWN.value + counted["pages"] * PAGE_SECONDS.value
    return _with_lambda(counts, work + others * SMALL_SECONDS.value)


def _with_lambda(counts: Mapping[str, float], seconds: float) -> dict[str, float]:
    """The bill with Lambda's time and logs."""
    bill = bill_of(counts)
    return added(
        bill, {"lambda_gb_second": seconds * MEMORY_GB, "log_ingestion": bill["lambda_request"] * LOG_BYTES.value}
    )

"""The world of the sync engine's state machine: requests, workers, a workflow, settings and a booking system."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bokabridge.errors import BridgeError, Conflict, DeliveryUnclear, FatalError, RetriableError
from bokabridge.usersync.cancel import cancel_sync
from bokabridge.usersync.close import close_sync
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.fakes import RecordedWorkflow
from bokabridge.usersync.hold import Floors
from bokabridge.usersync.job import SyncJob, Trigger
from bokabridge.usersync.page import PageWorker
from bokabridge.usersync.read import get_job
from bokabridge.usersync.start import start_sync
from bokabridge.usersync.undo import start_undo
from tests.data import COMPANY_ID
from tests.property.sync_company import Company
from tests.property.sync_processes import Fault, Meanwhile
from tests.property.sync_source import CHANGES, ENDLESS

LEASE = timedelta(minutes=5)
WORKER_SECONDS = 120
REQUEST_SECONDS = 29

MAX_PAGES = 200
"""A run of an endless list commits fewer pages than this. The model's lists have at most five."""

FLOORS = Floors(changes=2, missing=1)
"""So few that a company of four people has suspicious syncs."""

EVENTS = (
    *("work", "work", "start", "start", "force", "preview", "person", "cancel", "close", "broken run", "read"),
    *("undo", "settings", "by hand", "hide", "days"),
    *CHANGES,
)
Event = tuple[str, int, int]
"""What happens, to whom or what, and a number (0 to 3) with a meaning of its own for each event."""


@dataclass
class Run:
    """What the workflow knows of a job."""

    is_done: bool = False
    failure: str | None = None


class SyncWorld(Company):
    """Everything around the engine. The source is in sync_source.py."""

    def __init__(self) -> None:
        Company.__init__(self)
        self.workflow = RecordedWorkflow()
        self.jobs, rosters, links, settings, customers, _, changes, _ = map(self.watched, vars(self.stores).values())
        self.worker = PageWorker(
            *(self.jobs, rosters, changes, links, settings, self.source, customers, self.clock, LEASE, FLOORS)
        )
        self.runs: dict[str, Run] = defaultdict(Run)

    # What happens.

    def happen(self, event: Event) -> None:
        name, who, number = event
        self.pass_time(1)
        match name:
            case "start":
                self.start()
            case "force":
                self.start(is_forced=True)
            case "preview":
                self.start(is_preview=True)
            case "person":
                self.start(only_user_id=self.system.user_id(who))
            case "cancel":
                self.cancel(who // 2)
            case "undo":
                self.start_undo(number)
            case "hide":
                self.hide_by_hand(who)
            case "days":
                self.pass_time(number * 86_400)
            case "work":
                self.work(who // 2, 1 + number)
            case "close":
                self.close(who // 2)
            case "broken run":
                self.close(who // 2, "The run was aborted.")
            case "read":
                self.read(who // 2)
            case "settings":
                self.change_settings(number)
            case "by hand":
                self.add_by_hand(who, number)
            case _:
                self.system.change(name, who, number)

    def start(
        self,
        fault: Fault | None = None,
        meanwhile: Meanwhile | None = None,
        *,
        is_preview: bool = False,
        is_forced: bool = False,
        only_user_id: str | None = None,
    ) -> str | None:
        """The id of the new job, or None. A fault of the source's is one of the workflow's here."""
        kind = fault[1] if fault else ""
        errors = {"source away": RetriableError("Away."), "source says when": DeliveryUnclear("No response.")}
        self.workflow.error = errors.get(kind)
        self.workflow.loses_response = kind == "source says when"
        job = None
        with self.process(REQUEST_SECONDS, fault, meanwhile), suppress(BridgeError):
            job = start_sync(
                *(COMPANY_ID, Trigger.Request),
                jobs=self.jobs,
                workflow=self.workflow,
                clock=self.clock,
                lease=LEASE,
                is_preview=is_preview,
                is_forced=is_forced,
                only_user_id=only_user_id,
            )
        self.workflow.error = None
        return job.id if job else None

    def start_undo(self, back: int, fault: Fault | None = None, *, is_preview: bool = False) -> str | None:
        """Undo one of the newest jobs, if that is possible. The id of the undo, or None."""
        job_id = self.job_id(back)
        job = None
        with self.process(REQUEST_SECONDS, fault, None), suppress(BridgeError):
            job = start_undo(
                *(COMPANY_ID, job_id or "none"),
                jobs=self.jobs,
                workflow=self.workflow,
                clock=self.clock,
                lease=LEASE,
                is_preview=is_preview,
            )
        return job.id if job else None

    def work(self, back: int, pages: int, fault: Fault | None = None, meanwhile: Meanwhile | None = None) -> None:
        """One invocation of the worker for one of the newest jobs. A late or a second one is possible, too."""
        job_id = self.job_id(back)
        if job_id is None or (COMPANY_ID, job_id) not in self.workflow.started:
            return
        left = iter(range(pages - 1))
        with self.process(WORKER_SECONDS, fault, meanwhile) as process:
            try:
                is_done = self.worker.run(COMPANY_ID, job_id, lambda: next(left, None) is None, process.dead_at)
                self.runs[job_id].is_done |= is_done
            except FatalError as error:
                self.runs[job_id].failure = str(error)
            except RetriableError:
                pass  # the workflow tries again
        job = self.stores.jobs.find(COMPANY_ID, job_id)
        self.must(not (job.is_preview and process.changes), "a preview has changed something")

    def cancel(self, back: int, fault: Fault | None = None) -> bool:
        """An administrator cancels a job. True if the response says that it is cancelled."""
        job_id = self.job_id(back)
        if job_id is None:
            return False
        is_cancelled = False
        with self.process(REQUEST_SECONDS, fault, None), suppress(Conflict, RetriableError):
            job = cancel_sync(COMPANY_ID, job_id, "admin", jobs=self.jobs, workflow=self.workflow, clock=self.clock)
            is_cancelled = job.cancelled_by == "admin"
        return is_cancelled

    def close(self, back: int, aborted: str | None = None, fault: Fault | None = None) -> None:
        """The workflow's close, or the event about a broken run. It may come early, late, again or never."""
        job_id = self.job_id(back)
        run = self.runs[job_id or ""]
        if job_id is None or not (aborted or run.is_done or run.failure):
            return
        failure = aborted or (None if run.is_done else run.failure)
        with self.process(REQUEST_SECONDS, fault, None), suppress(RetriableError):
            close_sync(COMPANY_ID, job_id, Failure(failure) if failure else None, jobs=self.jobs, clock=self.clock)

    def read(self, back: int, fault: Fault | None = None) -> None:
        job_id = self.job_id(back)
        if job_id is None:
            return
        with self.process(REQUEST_SECONDS, fault, None), suppress(RetriableError):
            get_job(COMPANY_ID, job_id, jobs=self.jobs, workflow=self.workflow, clock=self.clock)

    def sync(
        self, *, is_preview: bool = False, is_forced: bool = False, only_user_id: str | None = None
    ) -> SyncJob | None:
        """A start, all pages and a close, without faults. None if there was no start."""
        self.pass_time(1)
        return self.whole(self.start(is_preview=is_preview, is_forced=is_forced, only_user_id=only_user_id))

    def undo(self, back: int, *, is_preview: bool = False) -> SyncJob | None:
        """Like `sync`, the undo of one of the newest jobs."""
        self.pass_time(1)
        return self.whole(self.start_undo(back, is_preview=is_preview))

    def whole(self, job_id: str | None) -> SyncJob | None:
        """All pages of a job that has just started, and its close."""
        if job_id is None:
            return None
        run = self.runs[job_id]
        while not run.is_done and not run.failure and self._pages(job_id) < MAX_PAGES:
            self.pass_time(1)
            self.work(0, 3)
        self.close(0)
        found: SyncJob = self.stores.jobs.find(COMPANY_ID, job_id)
        return found

    def _pages(self, job_id: str) -> int:
        pages: int = self.stores.jobs.find(COMPANY_ID, job_id).pages_committed
        return pages

    def endless_sync(self, number: int) -> None:
        """A sync of a list that does not end. The list is repaired afterwards."""
        system = self.system
        system.endless = ENDLESS[number % len(ENDLESS)]
        job = self.sync()
        system.endless = None
        self.must(job is None or bool(job.error), f"the list did not end ({ENDLESS[number]}), but the sync went on")

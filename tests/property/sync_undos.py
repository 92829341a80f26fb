"""The sync engine's state machine with undos of its jobs."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bokabridge.usersync.job import JobStatus
from tests.data import COMPANY_ID
from tests.property.sync_log import snapshot
from tests.property.sync_machine import (
    QUIET_SECONDS,
    Attempt,
    SyncMachine,
    attempts,
    changes,
    numbers,
    one_fault,
    waits,
    whos,
)
from tests.property.sync_processes import Fault
from tests.property.sync_world import Event


class UndoMachine(SyncMachine):
    """The events of syncs, and undos at random moments."""

    @rule(before=st.lists(changes, max_size=4), days=numbers, edits=st.none() | st.tuples(whos, numbers))
    def a_run_and_its_undo(self, before: list[Event], days: int, edits: tuple[int, int] | None) -> None:
        """Also of a run that deactivates people, right after a disturbed one, and with an edit between the two."""
        if edits:
            self.pass_time(QUIET_SECONDS)
            self.sync(is_forced=True)
            self.happen(("phone", *edits))
        for event in before:
            self.happen(event)
        self.happen(("days", 0, days))
        self.pass_time(QUIET_SECONDS)
        self.sync_and_undo(edits=edits)

    @rule(
        change=changes,
        back=numbers,
        seconds=waits,
        attempts=st.lists(attempts, min_size=1, max_size=4),
        is_preview=st.sampled_from([False, False, True]),
    )
    def a_disturbed_undo(
        self, change: Event, back: int, seconds: int, attempts: list[Attempt], is_preview: bool
    ) -> None:
        """Of one of the newest jobs, whatever became of it. Another undo may follow."""
        self.happen(change)
        self.pass_time(seconds)
        self.start_undo(back, is_preview=is_preview)
        for attempt in attempts:
            self.pass_time(attempt.seconds)
            self.work(0, attempt.pages, attempt.fault, attempt.meanwhile)
        self.close(0)

    @rule(change=st.sampled_from(["rename", "phone"]), who=whos, number=numbers, fault=one_fault)
    def an_undo_meets_a_fault(self, change: str, who: int, number: int, fault: Fault) -> None:
        """Between two undisturbed runs. A worker that is called again finishes it, and its log is true."""
        self.pass_time(QUIET_SECONDS)
        self.sync(is_forced=True)
        self.happen((change, who, number))
        before = snapshot(self.all_customers())
        run = self.sync(is_forced=True)
        after = snapshot(self.all_customers())
        undo = self.start_undo(0) if run else None
        self.work(0, 5, fault)
        self.pass_time(130)
        self.work(0, 5)
        self.close(0)
        job = self.stores.jobs.find(COMPANY_ID, undo) if undo else None
        if job and job.status is JobStatus.Completed:
            self.log_is_true(after, job)
            assert snapshot(self.all_customers()).items() >= before.items(), "an undo has not restored the customers"

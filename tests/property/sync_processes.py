"""Processes that die, wait and fail at each of their calls to the stores, for the sync engine's state machine."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bokabridge.customers.model import Change
from bokabridge.errors import BridgeError, RetriableError, ServiceBusy

ARRIVES_AFTER = timedelta(seconds=4)
"""A request that was sent just before its sender's death may be carried out this much later (page.AFTERMATH: 5 s)."""

WRITES = ("apply", "save", "move", "remove", "save_missing", "save_undecided", "set_visible", "edit")
"""Methods that write without a condition on the job or its lock."""

CONDITIONAL = ("start", "begin", "begin_writes", "wait", "commit", "finish", "end_work", "cancel")
"""Methods with which a store writes only for the worker or the job that has the lock, and all or nothing.

`begin_writes` has no condition if the worker is marked. It writes all or nothing, because a page's changes are one item
here."""

CHANGES = ("apply", "save", "move", "set_visible", "edit")
"""Methods that change customers or links."""

CRASHES = ("crash before", "crash after", "crash with the first half", "crash with the last half", "crash, late write")
FAULTS = (*CRASHES, "busy before", "busy after", "busy with the last half", "source away", "source says when")

Fault = tuple[int, str]
"""The number of a process's write, or of its fetch if the fault is the source's, and what goes wrong there."""


class Crash(BaseException):
    """The function is killed."""


@dataclass(frozen=True)
class Meanwhile:
    """A process is held up before its call with this number. Time passes, and others act."""

    number: int
    seconds: int
    others: tuple[tuple[str, int, int], ...]


@dataclass(eq=False)
class Process:
    """One invocation of a function."""

    dead_at: datetime
    fault: Fault | None = None
    meanwhile: Meanwhile | None = None
    calls: int = 0
    writes: int = 0
    fetches: int = 0
    changes: int = 0
    has_begun: bool = False
    is_over: bool = False

    def fails(self, number: int, *, source: bool) -> str:
        """The fault of this write or fetch, or "" if it has none."""
        at, kind = self.fault or (0, "")
        return kind if at == number and kind.startswith("source") == source else ""


@dataclass
class Written:
    """The numbers of writes that reached the stores. `created` has the customers that were created for a user key.

    A customer that moves to another user key is no longer the first one's.
    """

    customers: int = 0
    links: int = 0
    created: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class Processes:
    """A clock, the processes that run, and what becomes of their calls."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.running: list[Process] = []
        self.arriving: list[tuple[datetime, Callable[[], object]]] = []
        self.written = Written()
        self.violations: list[str] = []
        self.serial = 0

    def clock(self) -> datetime:
        return self.now

    def happen(self, event: tuple[str, int, int]) -> None:
        """One event, while a process is held up."""

    def check_now(self) -> None:
        """Checks the invariants, while a process is held up."""

    def must(self, holds: bool, message: str) -> None:
        """Remembers what was wrong: the code under test might handle an exception here."""
        if not holds:
            self.violations.append(message)

    def pass_time(self, seconds: float) -> None:
        until = self.now + timedelta(seconds=seconds)
        for arriving in [arriving for arriving in self.arriving if arriving[0] <= until]:
            self.arriving.remove(arriving)
            self.now = max(self.now, arriving[0])
            with suppress(BridgeError):  # nobody waits for the answer
                arriving[1]()
        self.now = until

    @contextmanager
    def process(self, seconds: int, fault: Fault | None, meanwhile: Meanwhile | None) -> Iterator[Process]:
        """All calls in this context are this process's. It ends with the context, and a crash goes no further."""
        self.serial += 1
        dead_at = self.now + timedelta(seconds=seconds, microseconds=self.serial)
        self.running.append(Process(dead_at, fault, meanwhile))
        try:
            with suppress(Crash):
                yield self.running[-1]
        finally:
            self.running.pop()

    def watched(self, store: Any) -> Any:
        """The store, with calls that pass through here."""
        return _Watched(store, self._call)

    def before_fetch(self) -> None:
        """Raises what the source raises."""
        process = self._current()
        process.fetches += 1
        match process.fails(process.fetches, source=True):
            case "source away":
                raise RetriableError("Axema did not respond.")
            case "source says when":
                raise RetriableError("Axema is busy.", 30)

    def _current(self) -> Process:
        """The process that makes the present call, if it is still alive. Before the call, it may be held up."""
        process = self.running[-1]
        process.calls += 1
        held_up = process.meanwhile
        if held_up and held_up.number == process.calls and not process.is_over:
            process.meanwhile = None
            self.pass_time(held_up.seconds)
            for event in held_up.others:
                self.happen(event)
            self.check_now()
        if process.is_over or self.now >= process.dead_at:
            process.is_over = True
            raise Crash
        return process

    def _call(self, name: str, method: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        process = self._current()
        if name not in WRITES + CONDITIONAL:
            return method(*args)
        process.writes += 1
        args = tuple(list(arg) if isinstance(arg, list | tuple | Iterator) else arg for arg in args)
        fault = process.fails(process.writes, source=False)
        kind, _, part = fault.partition(" ")
        match part:
            case "before":
                pass
            case "with the first half" | "with the last half" if name in WRITES:
                self._carry_out(process, name, method, _half(args, is_first="first" in part))
            case "late write":
                late = self.now + ARRIVES_AFTER
                self.arriving.append((late, lambda: self._carry_out(process, name, method, args)))
            case _:
                result = self._carry_out(process, name, method, args)
        match kind:
            case "crash" | "crash,":
                process.is_over = True
                raise Crash
            case "busy":
                raise ServiceBusy("The database is busy.")
        return result

    def _carry_out(self, process: Process, name: str, method: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        others = [other for other in self.running if other is not process and other.has_begun and not other.is_over]
        if name in WRITES:
            alive = [other for other in others if self.now < other.dead_at]
            self.must(not alive, f"{name}: two workers write at once")
        result = method(*args)
        process.changes += name in CHANGES
        process.has_begun = process.has_begun or name == "begin"
        if name == "end_work":
            process.has_begun = False
        self._record(name, args)
        return result

    def _record(self, name: str, args: tuple[Any, ...]) -> None:
        """What the write has changed, if it is one of customers or links."""
        match name:
            case "apply":
                self.written.customers += len(args[1])
                for write in args[1]:
                    if write.change is Change.Create:
                        self.written.created[write.user_key].add(write.customer_id)
            case "set_visible" | "edit":
                self.written.customers += len(args[1])
            case "save":
                self.written.links += len(args[1])
            case "move":
                self.written.links += 2
                _, link, vacated = args
                self.written.created[vacated.user_key].discard(link.customer_id)


class _Watched:
    def __init__(self, store: Any, call: Callable[..., Any]) -> None:
        self._store, self._call = store, call

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)
        return lambda *args, **options: self._call(name, lambda *given: method(*given, **options), args)


def _half(args: tuple[Any, ...], *, is_first: bool) -> tuple[Any, ...]:
    """The call with half of its batch. A call that writes one item is carried out or not."""
    return tuple(
        (arg[: (len(arg) + 1) // 2] if is_first else arg[len(arg) // 2 :]) if isinstance(arg, list) else arg
        for arg in args
    )

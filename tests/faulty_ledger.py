"""A ledger that fails at one of its calls, in the ways in which a database over a network can."""

from collections.abc import Callable
from datetime import datetime

from bokabridge.errors import RetriableError
from bokabridge.paging import Page, Window
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.usage import OpenUsage, Usage, UsageQuery

FAULTS = ("not carried out", "response lost", "carried out late", "carried out too late")
"""`late`: before the next call of the ledger. `too late`: after the operation has ended."""


class FaultyLedger:
    """A UsageLedger around another one. `fail` arms it: the call with this number (from 0) fails.

    With `is_lasting`, all later calls fail too, without being carried out. `calls` counts them.
    """

    def __init__(self, inner: UsageLedger) -> None:
        self.inner = inner
        self.calls = 0
        self._fault: str | None = None
        self._number = 0
        self._is_lasting = False
        self._next: list[Callable[[], object]] = []
        self._later: list[Callable[[], object]] = []

    def fail(self, number: int, fault: str, *, is_lasting: bool = False) -> None:
        self.calls, self._number, self._fault, self._is_lasting = 0, number, fault, is_lasting

    def recover(self) -> None:
        """No more faults. Writes that are under way arrive now."""
        self._fault, arriving = None, self._next + self._later
        self._next, self._later = [], []
        for write in arriving:
            write()

    def _call[Result](self, call: Callable[[], Result]) -> Result:
        number, self.calls = self.calls, self.calls + 1
        arriving, self._next = self._next, []
        for write in arriving:
            write()
        if self._fault is None or number < self._number:
            return call()
        if number > self._number:
            if self._is_lasting:
                raise RetriableError("The ledger is still away.")
            return call()
        match self._fault:
            case "response lost":
                call()
            case "carried out late":
                self._next.append(call)
            case "carried out too late":
                self._later.append(call)
        raise RetriableError(f"The ledger failed: {self._fault}.")

    def reserve(self, usage: Usage) -> Usage | None:
        return self._call(lambda: self.inner.reserve(usage))

    def change(self, before: Usage, after: Usage) -> bool:
        return self._call(lambda: self.inner.change(before, after))

    def find(self, company_id: str, usage_id: str) -> Usage | None:
        return self._call(lambda: self.inner.find(company_id, usage_id))

    def list_unsettled(self, limit: int) -> list[OpenUsage]:
        return self._call(lambda: self.inner.list_unsettled(limit))

    def list_disputed(self, limit: int) -> list[OpenUsage]:
        return self._call(lambda: self.inner.list_disputed(limit))

    def postpone(self, entry: OpenUsage, due_at: datetime) -> None:
        return self._call(lambda: self.inner.postpone(entry, due_at))

    def list(self, company_id: str, query: UsageQuery, window: Window) -> Page[Usage]:
        return self.inner.list(company_id, query, window)

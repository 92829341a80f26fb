"""Ports whose calls are counted and interrupted, to try what remains after a failure or a crash at each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Crash(BaseException):
    """The process dies: no code after this runs, not even what handles errors."""


class Calls:
    """The calls of all ports of one test. `before` and `after` are run with the number of each, counted from 1."""

    def __init__(self) -> None:
        self.count = 0
        self.before: Callable[[int], None] = lambda _: None
        self.after: Callable[[int], None] = lambda _: None

    def passing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            self.count += 1
            number = self.count
            self.before(number)
            result = call(*args, **options)
            self.after(number)
            return result

        return counted


@dataclass
class Interrupted:
    """A port, each of whose methods passes through `calls`. Its type is that of the port."""

    port: Any
    calls: Calls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self.calls.passing(getattr(self.port, name))


def raising_at(number: int, error: BaseException, *, forever: bool = False) -> Callable[[int], None]:
    """Raises the error at this call, and at all later ones if `forever`."""

    def fail(at: int) -> None:
        if at == number or (forever and at > number):
            raise error

    return fail

"""A lock file that names its holder. The kernel releases the lock when the holder dies, even if it is killed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


class LockHeld(Exception):
    """Another process holds the lock; the message is the note that it left in the file."""


@contextmanager
def hold(file: Path, note: str) -> Iterator[None]:
    """Hold the lock while entered, with a note about the holder in the file. Raises LockHeld."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with _locked(file) as opened:
        opened.truncate(0)
        opened.write(note)
        opened.flush()
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def _locked(file: Path) -> TextIO:
    """Lock the file that is at this path now, and not one that its last holder deleted a moment ago."""
    while True:
        opened = file.open("a+")
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with opened:
                opened.seek(0)
                raise LockHeld(opened.read()) from None
        if _is_at(file, opened):
            return opened
        opened.close()


def _is_at(file: Path, opened: TextIO) -> bool:
    try:
        return os.path.samestat(file.stat(), os.fstat(opened.fileno()))
    except FileNotFoundError:
        return False

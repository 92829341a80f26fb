"""The lock file of a stack: one holder at a time, named to the others, and free again when the holder dies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.stack.lock import LockHeld, hold
from local.stack.paths import ROOT

HOLDER = """
import sys
from pathlib import Path
from local.stack.lock import hold
with hold(Path(sys.argv[1]), "a process"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_holder_is_refused_with_the_first_ones_note(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "lock"
    with hold(file, "process 1, a note"), pytest.raises(LockHeld, match=r"^process 1, a note$"), hold(file, "second"):
        pass
    assert not file.exists()


def test_a_lock_can_be_held_again_after_its_holder(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    for note in ("the first, which has a longer note", "the second"):
        with hold(file, note):
            assert file.read_text() == note


def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockHeld, match="a process"), hold(file, "too early"):
            pass
        holder.kill()
        holder.wait()
    assert file.exists()
    with hold(file, "the next"):
        assert file.read_text() == "the next"

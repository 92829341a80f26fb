"""A shell that keeps its variables and functions from one section of a document to the next."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_SECONDS = 600


class Shell:
    """Runs commands with `bash` in a folder and an environment. The first command that fails ends the run."""

    def __init__(self, folder: Path, env: Mapping[str, str], memory: Path) -> None:
        self._folder = folder
        self._env = dict(env)
        self._memory = memory
        memory.write_text("")

    def run(self, commands: str) -> str:
        """Run the commands, and return their output. If one fails, the error shows stdout and stderr."""
        remember = f"{{ declare -f; declare -p | grep -v '^declare -[a-zA-Z]*r'; }} > '{self._memory}'"
        script = f"source '{self._memory}'\nset -euo pipefail\n{commands}\n[ $? = 0 ]\n{remember}\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self._folder,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def try_all(self, commands: str) -> str:
        """Run the commands, go on after one that fails, and return all that they print, with their exit codes."""
        report = "trap 'echo \"exit code $?: $BASH_COMMAND\"' ERR"
        remember = f"declare -p | grep -v '^declare -[a-zA-Z]*r' > '{self._memory}'"
        done = subprocess.run(
            ["bash", "-c", f"source '{self._memory}'\nset -u\n{report}\n{commands}\ntrap - ERR\n{remember}\n"],
            cwd=self._folder,
            env=self._env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
        return done.stdout

    @contextmanager
    def in_background(self, commands: str, until: str) -> Iterator[None]:
        """Run the commands in another shell. Enter once they have printed `until`, and end them with Ctrl-C.

        Fails if they end before.
        """
        log = self._memory.with_name(f"{self._memory.name}-{time.monotonic_ns()}.log")
        script = f"source '{self._memory}'\n{commands}"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["bash", "-c", script],
                cwd=self._folder,
                env=self._env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            deadline = time.monotonic() + _SECONDS
            while until not in log.read_text():
                in_time = process.poll() is None and time.monotonic() < deadline
                assert in_time, f"{commands}\n{log.read_text()}"
                time.sleep(0.1)
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(_SECONDS)

"""A shell that is used from one section of a document to the next: variables and functions stay."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

_SECONDS = 240


class Shell:
    """Runs commands by `bash` in a folder, in an environment of their own; the first one that fails ends it."""

    def __init__(self, folder: Path, env: Mapping[str, str], memory: Path) -> None:
        self._folder = folder
        self._env = dict(env)
        self._memory = memory
        memory.write_text("")

    def run(self, commands: str) -> str:
        """What the commands print. Fails with all that they said."""
        remember = f"{{ declare -f; declare -p | grep -v '^declare -[a-zA-Z]*r'; }} > '{self._memory}'"
        script = f"source '{self._memory}'\nset -euo pipefail\n{commands}\n{remember}\n"
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

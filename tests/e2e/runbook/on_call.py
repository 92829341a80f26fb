"""The engineer on call, who runs the commands of docs/runbook.md on a stack."""

import json
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from local.stack.emulator import REGION
from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from tests.e2e.client import Bridge
from tests.e2e.shell import Shell
from tests.runbook import Block, sections

_NEVER = ("exit code 2:", "exit code 70:", "exit code 127:", "unbound variable")
"""A command with a wrong option, with a fault of ours, or that does not exist; and an id that nobody has set."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """Runs the parts of sections, and compares what they print with what the page says."""

    bridge: Bridge
    folder: Path
    shell: Shell

    def knows(self, **ids: str) -> None:
        """Set the variables that the page's commands use."""
        self.shell.run("\n".join(f"{name}={shlex.quote(value)}" for name, value in ids.items()))

    def look(self, title: str) -> str:
        """Run the commands under "Look"."""
        return "".join(self.run(block) for block in sections()[title].blocks("Look."))

    def do(self, title: str) -> str:
        """Run the commands under "Do"."""
        return "".join(self.run(block) for block in sections()[title].blocks("Do."))

    def run(self, block: Block) -> str:
        """Run one block. The page names the stage prod; the local stack is dev."""
        printed = " ".join(self.shell.try_all(block.commands.replace("bokabridge/prod/", "bokabridge/dev/")).split())
        assert [text for text in _NEVER if text in printed] == [], printed
        assert [text for text in block.prints if text not in printed] == [], printed
        return printed


def on_call(stack: LocalStack, folder: Path) -> OnCall:
    """An engineer at a terminal in this folder."""
    stack_file, programs = folder / "stack.json", folder / "bin"
    stack_file.write_text(json.dumps(stack.describe()))
    programs.mkdir()
    (programs / "bokabridge").symlink_to(ROOT / "tools" / "bokabridge")
    aws = programs / "aws"
    aws.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m tests.aws_cli "$@"\n')
    aws.chmod(0o755)
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BOKABRIDGE_"))},
        "PATH": f"{programs}:{os.environ['PATH']}",
        "BOKABRIDGE_STACK_FILE": str(stack_file),
        "AWS_ENDPOINT_URL": stack.deployment.aws_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    home = folder / "home"
    home.mkdir()
    shell = Shell(home, env, folder / "memory")
    shell.run("git init --quiet")  # the page lists tags
    return OnCall(Bridge(stack), home, shell)

"""The command line in a process of its own, against the application over real HTTP, as on the local stack."""

import json
import multiprocessing
import os
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.axema.credentials import credentials
from tests.aws_account import STACK
from tests.data import COMPANY_ID

_SECONDS = 60
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["admin.cli", "typer.testing", "tests.command_line"]
)  # each command is a fork of this process


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code in (0, 1), self.err
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs commands with these environment variables."""

    variables: dict[str, str]

    def run(self, *arguments: str, given: str | None = None) -> Outcome:
        ours, theirs = _PROCESSES.Pipe()
        process = _PROCESSES.Process(target=_run, args=(theirs, self.variables, arguments, given))
        process.start()
        try:
            assert ours.poll(_SECONDS), arguments
            outcome: Outcome = ours.recv()
            return outcome
        finally:
            process.kill()
            process.join()


def _run(results: Connection, variables: dict[str, str], arguments: tuple[str, ...], given: str | None) -> None:
    """Run a command in this process, and send its outcome."""
    from typer.testing import CliRunner

    from admin.cli import app

    for name in list(os.environ):
        if name.startswith(("AWS_", "BOKABRIDGE_")):
            del os.environ[name]
    done = CliRunner().invoke(app, list(arguments), input=given, env=variables, prog_name="bokabridge")
    results.send(Outcome(done.exit_code, done.stdout, done.stderr))


def write_stack_file(folder: Path, api_url: str, aws_url: str, token: str) -> Path:
    """A stack file like that of `make up`, with this caller's token."""
    described = {
        "ApiUrl": api_url,
        "AwsUrl": aws_url,
        "AwsRegion": "eu-north-1",
        "StackName": STACK,
        "Tokens": {"superadmin": token},
        "Companies": [{"CompanyId": COMPANY_ID, "Name": "Brf Solgläntan", "Users": 1}],
    }
    file = folder / f"stack-{uuid4()}.json"
    file.write_text(json.dumps(described))
    return file


def axema_members(company_id: str, folder: Path) -> list[str]:
    """The arguments of `settings set` for the Axema simulator. The secrets are in files in this folder."""
    axema = credentials(company_id)
    for name, secret in (("secret", axema.client_secret), ("key", axema.api_key)):
        (folder / name).write_text(f"{secret}\n")
    return [
        "IntegrationType=2",
        f"DeviceId={axema.device_id}",
        f"clientid={axema.client_id}",
        f"ClientSecret=@{folder / 'secret'}",
        f"ApiKey=@{folder / 'key'}",
    ]

"""`make bench`: the CPU time of a function's cold start, from the start of its process to its first answer.

Each measurement is a new process as Lambda starts it: the runtime's packages, the layers and the function's folder from
`make build`, with the bytecode that they bring, and nothing may be written. The runtime's own packages are compiled, as
in AWS's runtime. CPU time is the kernel's count of the whole process, in user and system mode, so that the answers'
waiting does not count. The functions and what they are compared with take turns, and each turn begins at another depth
of Python's stack. Code that calls across the edge of one of the stack's chunks is many times slower, and urllib3's
regular expressions take 4 to 45 ms to compile for this reason alone.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.bench import REGION
from benchmarks.start_scene import Event, Scene, scene
from local.stack.paths import BUILD, RUNTIME

PYTHON = str(RUNTIME / "bin" / "python")
LAYERS = [str(BUILD / layer / "python") for layer in ("DependenciesLayer", "BokabridgeLayer")]
MAX_RATIO = 1.75
"""The largest cost of the API function's start, as a multiple of the cost of a boto3 client and one call."""

CLIENT_AND_CALL = """
import json, os, sys
import boto3
event = json.load(sys.stdin)
boto3.client("dynamodb").get_item(TableName=os.environ["USER_SYNC_TABLE"], Key={"PK": {"S": "a"}, "SK": {"S": "b"}})
print("{}")
"""

RESOLVER = """
import json, os, sys
import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from pydantic import BaseModel

class Job(BaseModel):
    Id: str
    CompanyId: str
    Status: int

class Jobs(BaseModel):
    Results: list[Job]

app = APIGatewayRestResolver()
dynamodb = boto3.client("dynamodb")

@app.get("/codelock/axema/usersync")
def jobs():
    key = {"PK": {"S": "a"}, "SK": {"S": "b"}}
    dynamodb.get_item(TableName=os.environ["USER_SYNC_TABLE"], Key=key)
    return Response(200, "application/json", Jobs(Results=[Job(Id="a", CompanyId="b", Status=1)]).model_dump_json())

print(json.dumps(app.resolve(json.load(sys.stdin), None)))
"""

AT_A_DEPTH = """
def at(depth):
    at(depth - 1) if depth else exec({program!r}, globals())
at({depth})
import os, sys
sys.stdout.flush()
os._exit(0)  # Python's own end would take a third of the time, and Lambda never waits for it
"""
DEPTHS = 180
"""The number of calls that fill a chunk of the stack."""

HANDLER = """
import json, sys
from app import handler

class Context:
    aws_request_id = "benchmark"
    function_name = "benchmark"
    function_version = "1"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn"

    @staticmethod
    def get_remaining_time_in_millis():
        return 60_000

print(json.dumps(handler(json.load(sys.stdin), Context())))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """A start to measure: the program, the folders of its modules, its environment and its input.

    `answer` is what the answer must have.
    """

    title: str
    program: str
    folders: Sequence[str]
    variables: Mapping[str, str]
    event: Callable[[], Event]
    answer: Mapping[str, Any]

    def cpu_milliseconds(self, depth: int) -> float:
        """Start a process and return the CPU time that it took until it had answered. `depth` is that of its stack."""
        event = json.dumps(self.event()).encode()  # before the start, because both would compete for the processors
        child = subprocess.Popen(
            [PYTHON, "-B", "-s", "-P", "-c", AT_A_DEPTH.format(program=self.program, depth=depth)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**self.variables, "PYTHONPATH": ":".join(self.folders)},
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(event)
        child.stdin.close()
        printed = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stdout.close()
        answer = json.loads(printed.splitlines()[-1]) if child.returncode == 0 else {}
        if child.returncode or not self.answer.items() <= answer.items():
            raise SystemExit(f"{self.title}: an unexpected answer, with the exit code {child.returncode}: {answer}")
        return (usage.ru_utime + usage.ru_stime) * 1000


def starts(found: Scene) -> list[Start]:
    """What is measured. The first two are what the others are compared with."""

    def of(function: str, title: str, event: Callable[[], Event], **answer: Any) -> Start:
        folders = [str(BUILD / function), *LAYERS]
        return Start(f"{function}: {title}", HANDLER, folders, environment(found, function), event, answer)

    api = environment(found, "UserSyncApiFunction")
    token, key = {"Authorization": f"Bearer {found.token}"}, {"x-api-key": found.api_key}
    jobs = "usersync_api_jobs.json"
    return [
        Start("A client of boto3 and one call", CLIENT_AND_CALL, [], api, dict, {}),
        Start(
            "The same, Powertools' resolver and pydantic",
            RESOLVER,
            LAYERS,
            api,
            lambda: found.api_event(jobs),
            {"statusCode": 200},
        ),
        of("UserSyncApiFunction", "jobs", lambda: found.api_event(jobs), statusCode=200),
        of(
            "UserSyncSettingsFunction",
            "settings",
            lambda: found.api_event("usersync_settings_get.json"),
            statusCode=200,
        ),
        of("AuthorizerFunction", "a token", lambda: found.authorizer_event(token)),
        of("AuthorizerFunction", "an API key", lambda: found.authorizer_event(key)),
        of("UserSyncPageFunction", "the first page", found.step_event, Done=True),
        of("UserSyncCloseFunction", "a job", found.step_event, Closed=True),
        of("UserSyncScheduleFunction", "a start", found.schedule_event, Started=True),
    ]


def environment(found: Scene, function: str) -> dict[str, str]:
    """The variables of a function's processes: AWS's, and the template's with the scene's values or the defaults."""
    template = yaml.safe_load((BUILD / "template.yaml").read_text())
    of_all = template["Globals"]["Function"]["Environment"]["Variables"]
    of_function = template["Resources"][function]["Properties"]["Environment"]["Variables"]

    def value(name: str, declared: object) -> str:
        if name in found.variables:
            return found.variables[name]
        match declared:
            case str():
                return declared
            case {"Ref": str(parameter)} if "Default" in template["Parameters"].get(parameter, {}):
                return str(template["Parameters"][parameter]["Default"])
        raise SystemExit(f"{function} reads {name}, for which benchmarks/start_scene.py has no value.")

    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        **{name: value(name, declared) for name, declared in {**of_all, **of_function}.items()},
    }


def main() -> int:
    """Print the table and return the exit code: 1 if the API function's start costs too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    subprocess.run([PYTHON, "-m", "compileall", "-q", str(RUNTIME / "lib")], check=True)
    times: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="bokabridge-bench-") as scratch, scene(Path(scratch)) as found:
        measured = starts(found)
        for turn in range(rounds):
            first = turn % len(measured)
            for start in measured[first:] + measured[:first]:
                times.setdefault(start.title, []).append(start.cpu_milliseconds(turn * DEPTHS // rounds))
    medians = {start.title: statistics.median(times[start.title]) for start in measured}
    client, resolver, api = (medians[start.title] for start in measured[:3])
    table = Table("Start", "CPU, ms", "times a client", "times a resolver", title=f"Cold starts, median of {rounds}")
    for title, median in medians.items():
        table.add_row(title, f"{median:.0f}", f"{median / client:.2f} x", f"{median / resolver:.2f} x")
    console = Console(width=100)
    console.print(table)
    console.print(f"Budget of UserSyncApiFunction: {MAX_RATIO} x the client.")
    return 0 if api <= MAX_RATIO * client else 1


if __name__ == "__main__":
    sys.exit(main())

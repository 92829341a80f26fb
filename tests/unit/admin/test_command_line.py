"""What all commands share: which stack they talk to, as whom, and errors in words with an exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from admin.client import Client
from admin.exits import ApiError, ExitCode, exit_code_of
from bokabridge.errors import DeliveryUnclear, Unreachable
from bokabridge.operations.usersync import CREATE_AXEMA_USER_SYNC, QUERY_AXEMA_USER_SYNC_JOBS
from local.stack.paths import ROOT
from tests.aws_server import unreachable
from tests.command_line import CommandLine, write_stack_file
from tests.data import COMPANY_ID
from tests.servers import serving
from tests.unit.admin.conftest import Operator

JOBS = json.dumps({"Results": []})


def local(folder: Path, api_url: str) -> CommandLine:
    return CommandLine({"BOKABRIDGE_STACK_FILE": str(write_stack_file(folder, api_url, "http://127.0.0.1:9", "t"))})


def test_missing_local_stack_is_a_sentence_with_both_ways_out(tmp_path: Path) -> None:
    refused = CommandLine({"BOKABRIDGE_STACK_FILE": str(tmp_path / "stack.json")}).run("sync", "list")
    assert (refused.code, refused.out) == (4, "")
    assert refused.err.endswith("Start one with `make up`, or name one with --stack.\n")


def test_unreadable_stack_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text("{")
    refused = CommandLine({"BOKABRIDGE_STACK_FILE": str(tmp_path / "stack.json")}).run("sync", "list")
    assert (refused.code, "is not readable" in refused.err) == (1, True)


def test_api_that_is_away_may_work_later(tmp_path: Path) -> None:
    with unreachable() as url:
        refused = local(tmp_path, url).run("sync", "list")
    assert (refused.code, refused.out) == (6, "")
    assert refused.err.endswith("cannot be reached. Is the stack up?\n")


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, "<html>", 6),
        (504, "The emulator did not respond", 6),
        (502, '{"message": "Internal server error"}', 6),
        (403, '{"Message": "User is not authorized"}', 3),
        (500, '{"ResponseStatus": {"ErrorCode": "E", "Message": "Something went wrong."}}', 6),
        (429, '{"ResponseStatus": {"ErrorCode": "TooManyRequests", "Message": "Slow down"}}', 6),
        (400, '{"ResponseStatus": {"ErrorCode": "Invalid", "Message": "No", "Errors": null}}', 2),
        (302, "", 2),
    ],
)
def test_every_other_response_is_a_sentence(tmp_path: Path, status: int, body: str, code: int) -> None:
    with serving(lambda _: Response(body, status)) as url:
        refused = local(tmp_path, url).run("sync", "list")
    assert (refused.code, refused.out) == (code, "")
    assert refused.err.count("\n") == 1
    assert refused.err.endswith((".\n", "?\n"))


def test_all_wrong_fields_are_told_once() -> None:
    errors = [{"Message": "A is wrong"}, {"Message": "B is wrong."}, {"Message": "A is wrong"}]
    body = {"ResponseStatus": {"ErrorCode": "Invalid", "Message": "A is wrong", "Errors": errors}}
    with (
        serving(lambda _: Response(json.dumps(body), 400)) as url,
        pytest.raises(ApiError, match=r"^A is wrong\. B is wrong\.$"),
    ):
        Client(url, {}).call(QUERY_AXEMA_USER_SYNC_JOBS)


def test_list_is_read_in_pages() -> None:
    def respond(request: Request) -> Response:
        skip, take = int(request.args["Skip"]), int(request.args["Take"])
        return Response(json.dumps({"Results": list(range(2500))[skip : skip + take]}))

    with serving(respond) as url:
        assert list(Client(url, {}).listed(QUERY_AXEMA_USER_SYNC_JOBS)) == list(range(2500))


def test_request_without_response_may_have_changed_something_unless_it_only_reads() -> None:
    def hang_up(request: Request) -> Response:
        raise ConnectionError

    with serving(hang_up) as url:
        client = Client(url.replace("http", "https"), {})
        with pytest.raises(DeliveryUnclear) as unclear:
            client.call(CREATE_AXEMA_USER_SYNC)
        with pytest.raises(Unreachable):
            client.call(QUERY_AXEMA_USER_SYNC_JOBS)
    assert exit_code_of(unclear.value) is ExitCode.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    ("variables", "sent"),
    [
        ({"BOKABRIDGE_TOKEN": " a.b.c\n"}, ("Bearer a.b.c", None)),
        ({"BOKABRIDGE_TOKEN": "Bearer a.b.c"}, ("Bearer a.b.c", None)),
        ({"BOKABRIDGE_API_KEY": "key"}, (None, "key")),
        ({"BOKABRIDGE_TOKEN": "a", "BOKABRIDGE_API_KEY": "key"}, ("Bearer a", "key")),
    ],
)
def test_deployed_stack_is_called_with_the_credentials_of_the_environment(
    operator: Operator, variables: dict[str, str], sent: tuple[str | None, str | None]
) -> None:
    received = []

    def respond(request: Request) -> Response:
        received.append((request.headers.get("Authorization"), request.headers.get("x-api-key")))
        return Response(JOBS)

    with serving(respond) as url:
        operator.stack.outputs["ApiUrl"] = url
        cli = CommandLine({**operator.cli.variables, **variables})
        assert cli.run("--stack", "bokabridge-dev", "sync", "list").code == 0
    assert received == [sent]


@pytest.mark.parametrize("variables", [{}, {"BOKABRIDGE_TOKEN": " "}, {"BOKABRIDGE_TOKEN": "a\nb"}])
def test_deployed_stack_needs_credentials_that_can_be_sent(operator: Operator, variables: dict[str, str]) -> None:
    refused = CommandLine({**operator.cli.variables, **variables}).run("sync", "list", "--stack", "bokabridge-dev")
    assert (refused.code, refused.out) == (3, "")
    assert "BOKABRIDGE_TOKEN" in refused.err


def test_local_stack_never_gets_the_credentials_of_a_deployed_one(tmp_path: Path) -> None:
    received = []

    def respond(request: Request) -> Response:
        received.append((request.headers["Authorization"], request.headers.get("x-api-key")))
        return Response(JOBS)

    with serving(respond) as url:
        variables = {"BOKABRIDGE_TOKEN": "secret", "BOKABRIDGE_API_KEY": "secret", **local(tmp_path, url).variables}
        assert CommandLine(variables).run("sync", "list").code == 0
    assert received == [("Bearer t", None)]


def test_shared_options_may_stand_before_or_after_the_command(tmp_path: Path) -> None:
    with serving(lambda _: Response(JOBS)) as url:
        cli = local(tmp_path, url)
        assert cli.run("--json", "sync", "list").out == cli.run("sync", "list", "--json").out == "[]\n"


def test_fault_of_ours_has_no_traceback_unless_asked_for(tmp_path: Path) -> None:
    with serving(lambda _: Response("[]")) as url:
        cli = local(tmp_path, url)
        broken = cli.run("sync", "list")
        asked = CommandLine({**cli.variables, "BOKABRIDGE_DEBUG": "1"}).run("sync", "list")
    assert (broken.code, broken.out) == (70, "")
    assert broken.err == "This is a fault of ours (TypeError). BOKABRIDGE_DEBUG=1 shows where.\n"
    assert asked.code == 1


def test_text_from_elsewhere_cannot_steer_the_terminal(tmp_path: Path) -> None:
    job = {"Id": "1", "ErrorMessage": "\x1b[2J\nred"}
    with serving(lambda _: Response(json.dumps({"Results": [job]}))) as url:
        lines = local(tmp_path, url).run("sync", "list").out.splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("?[2J?red")


@pytest.mark.parametrize("arguments", [["nothing"], ["sync", "start", "--waitt"], ["sync", "show"], ["usage", "send"]])
def test_wrong_command_line_is_exit_code_2(arguments: list[str]) -> None:
    assert CommandLine({}).run(*arguments).code == 2


def process(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command line as the console script runs it."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'bokabridge'}",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-P", "-m", "admin", *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_process_prints_and_exits_like_the_command(tmp_path: Path) -> None:
    with serving(lambda _: Response(JOBS)) as url:
        file = write_stack_file(tmp_path, url, url, "t")
        done = process("sync", "list", "--company", COMPANY_ID, folder=tmp_path, BOKABRIDGE_STACK_FILE=str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "There are no syncs.\n", "")


def test_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    jobs = {"Results": [{"Id": "x" * 1000}] * 1000}
    with serving(lambda _: Response(json.dumps(jobs))) as url:
        file = write_stack_file(tmp_path, url, url, "t")
        command = f"'{sys.executable}' -P -m admin sync list | head -n 1"
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'bokabridge'}"}
        piped = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env={**env, "BOKABRIDGE_STACK_FILE": str(file)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert piped.stderr == ""


@pytest.mark.parametrize(
    ("words", "completed"), [("bokabridge us", "usage"), ("bokabridge sync i", "issues"), ("bokabridge do", "doctor")]
)
def test_shell_completion(tmp_path: Path, words: str, completed: str) -> None:
    done = process(
        folder=tmp_path,
        _BOKABRIDGE_COMPLETE="complete_bash",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split()) - 1),
    )
    assert done.stdout.split() == [completed]

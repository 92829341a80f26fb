"""`bokabridge dead-letters`: events that their function failed at. It uses AWS credentials."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from admin.command import command, group
from admin.exits import ExitCode
from admin.output import print_rows
from admin.session import Session
from bokabridge.dates import format_date
from bokabridge.errors import NotFound
from bokabridge.wiring.operator import DeadLetters, DeployedStack, Letter, LetterRefused

app = group("Look at dead letters and try them again, with your AWS credentials.")

QueueName = Annotated[
    str | None, typer.Argument(metavar="QUEUE", help="The queue, such as UserSyncCloseDeadLetters. Default: all.")
]

_LETTER = ("Queue", "SentDate", "CompanyId", "Reason")
_OUTCOME = ("Queue", "SentDate", "CompanyId", "Outcome")
_NOTHING = "There are no dead letters."


@command(app, "list", has_csv=True)
def list_letters(session: Session, queue: QueueName = None) -> None:
    """List the dead letters."""
    letters = session.deployed.dead_letters()
    rows = []
    for name in _chosen(letters, queue):
        with letters.received(name) as found:
            rows += [_shown(letter) for letter in found]
    print_rows(rows, _LETTER, session.format, _NOTHING)


@command(app, "redrive", has_csv=True)
def redrive(session: Session, queue: QueueName = None) -> None:
    """Give each dead letter to its function again, and remove it if that succeeds. Exit code 1 if one stays."""
    rows = list(_redriven(session.deployed, queue))
    print_rows(rows, _OUTCOME, session.format, _NOTHING)
    if any(row["Outcome"] != "done" for row in rows):
        raise typer.Exit(ExitCode.BAD_NEWS)


def _redriven(stack: DeployedStack, queue: str | None) -> Iterator[dict[str, Any]]:
    letters = stack.dead_letters()
    for name in _chosen(letters, queue):
        with letters.received(name) as found:
            for letter in found:
                try:
                    _deliver(stack, letters, letter)
                except LetterRefused as refused:
                    yield {**_shown(letter), "Outcome": f"stays: {refused}"}
                else:
                    letters.remove(letter)
                    yield {**_shown(letter), "Outcome": "done"}


def _deliver(stack: DeployedStack, letters: DeadLetters, letter: Letter) -> None:
    """Letters about a stream do not have its records.

    After removals of customers, all companies compare everybody once. Notices of that time are published again.
    """
    if letter.batch is None:
        letters.deliver(letter)
    elif letter.batch.is_of(stack.table("CustomersTable")):
        stack.compare_everybody(stack.survey().secret_versions)
    else:
        letters.call(letter, stack.notices_between(letter.batch.first_at, letter.batch.last_at))


def _chosen(letters: DeadLetters, queue: str | None) -> Sequence[str]:
    if queue is None:
        return letters.queues
    if queue not in letters.queues:
        raise NotFound(f"The stack has no queue {queue}. There are {', '.join(letters.queues)}.")
    return [queue]


def _shown(letter: Letter) -> dict[str, Any]:
    return {
        "Queue": letter.queue,
        "Id": letter.id,
        "SentDate": format_date(letter.sent_at),
        "CompanyId": letter.company_id,
        "Reason": letter.reason,
    }

"""How a function becomes a command: the options that all commands have, and errors as sentences and exit codes."""

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any, Concatenate, get_type_hints

import typer

from admin.exits import ExitCode, exit_code_of
from admin.output import Format
from admin.session import Session, local_stack
from bokabridge.errors import BridgeError
from bokabridge.ids import EMPTY_GUID, parse_stored_id
from bokabridge.wiring.operator import as_sentences

DEBUG = "BOKABRIDGE_DEBUG"
"""The environment variable that shows an unexpected error with its traceback."""

_STACK_HELP = "The CloudFormation stack's name. Without it: the local stack of `make up`."
StackOption = Annotated[str | None, typer.Option("--stack", help=_STACK_HELP)]
FirstStackOption = Annotated[str | None, typer.Option("--stack", help=_STACK_HELP, envvar="BOKABRIDGE_STACK")]
"""Before the command's name. The option after it has no environment variable, which would win over this one."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


def _parse_company(text: str) -> str:
    company_id = parse_stored_id(text.strip())
    if company_id is None or company_id == EMPTY_GUID:
        raise typer.BadParameter("must be the company's id, such as 11111111-1111-4111-8111-111111111111.")
    return company_id


def _local_companies(incomplete: str) -> list[tuple[str, str]]:
    try:
        companies = local_stack()["Companies"]
    except (BridgeError, KeyError):
        return []
    return [(each["CompanyId"], each["Name"]) for each in companies if each["CompanyId"].startswith(incomplete)]


_COMPANY: Any = typer.Option(
    "--company",
    metavar="ID",
    help="The company's id. Without it: the caller's own company.",
    parser=_parse_company,
    autocompletion=_local_companies,
)
Company = Annotated[str | None, _COMPANY]
RequiredCompany = Annotated[str, _COMPANY]
Companies = Annotated[list[str] | None, _COMPANY]


def group(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(help=help_text, no_args_is_help=True)


def command[**P](
    app: typer.Typer, name: str, *, has_csv: bool = False
) -> Callable[[Callable[Concatenate[Session, P], None]], Callable[Concatenate[Session, P], None]]:
    """Registers a function as a command that also has --stack and --json, and perhaps --csv.

    The function's first parameter is the session.
    """

    def register(function: Callable[Concatenate[Session, P], None]) -> Callable[Concatenate[Session, P], None]:
        @wraps(function)
        def run(context: typer.Context, stack: str | None, as_json: bool, as_csv: bool = False, **given: Any) -> None:
            above = context.find_root().params
            as_json = as_json or above.get("as_json", False)
            session = Session(
                stack if stack is not None else above.get("stack"),
                Format.JSON if as_json else Format.CSV if as_csv else Format.TABLE,
            )
            with errors_as_exit_codes():
                function(session, **given)  # type: ignore[call-arg]  # typer gives what the signature says

        run.__signature__ = _signature(function, has_csv=has_csv)  # type: ignore[attr-defined]
        run.__annotations__ = {}
        app.command(name)(run)
        return function

    return register


def _signature(function: Callable[..., None], *, has_csv: bool) -> inspect.Signature:
    """The function's own parameters and those of all commands, as typer reads them."""
    hints = get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(
        [
            inspect.Parameter("context", keyword, annotation=typer.Context),
            *(each.replace(annotation=hints[each.name], kind=keyword) for each in own),
            inspect.Parameter("stack", keyword, annotation=StackOption, default=None),
            inspect.Parameter("as_json", keyword, annotation=JsonOption, default=False),
            *([inspect.Parameter("as_csv", keyword, annotation=CsvOption, default=False)] if has_csv else []),
        ]
    )


@contextmanager
def errors_as_exit_codes() -> Iterator[None]:
    """Ends the command with a sentence on standard error and an exit code, in place of every error."""
    try:
        with as_sentences():
            yield
    except BridgeError as error:
        _end(str(error), exit_code_of(error))
    except BrokenPipeError:  # for example `| head`, which stops reading
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(ExitCode.DONE) from None
    except KeyboardInterrupt:
        _end("Interrupted.", ExitCode.INTERRUPTED)
    except (typer.Exit, typer.Abort, typer.TyperException):
        raise
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        _end(f"This is a fault of ours ({type(error).__name__}). {DEBUG}=1 shows where.", ExitCode.BUG)


def _end(sentence: str, code: ExitCode) -> None:
    print(sentence, file=sys.stderr)
    raise typer.Exit(code)

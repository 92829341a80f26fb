"""AWS's command line for the commands in our documents, which the project does not install.

`python -m tests.aws_cli SERVICE OPERATION --OPTION VALUE...` reads options as AWS's own does: by botocore's model.
"""

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import botocore.session
from botocore.model import OperationModel, Shape
from botocore.validate import validate_parameters

_TIMES = {"$FROM": "2026-11-26T02:00:00Z", "$TO": "2026-11-26T03:00:00Z"}
_SOME_ARN = "arn:aws:dynamodb:eu-north-1:123456789012:table/table/backup/backup"


class Call(NamedTuple):
    """An operation of a service, and its parameters."""

    service: str
    operation: str
    parameters: dict[str, Any]


def parse(command: str) -> Call:
    """The call in a command. Each variable of the shell stands for some text. Raises LookupError or ValueError."""
    _aws, *words = shlex.split(command)
    return call_of([_TIMES.get(word, _SOME_ARN) if word.startswith("$") else word for word in words])


def call_of(words: Sequence[str]) -> Call:
    """The call in a command's words. Raises LookupError for an unknown name, ValueError for a value of a wrong type."""
    service, command, *options = words
    model = _session().get_service_model(service)
    operations = {_dashed(name): model.operation_model(name) for name in model.operation_names}
    operation = operations[command]
    parameters = dict(_parameters(operation, options))
    assert operation.input_shape is not None or not parameters
    if operation.input_shape is not None:
        validate_parameters(parameters, operation.input_shape)
    return Call(service, operation.name, parameters)


def _with_files(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters, with the content of a file for `file://` and its path."""
    return {
        name: Path(value.removeprefix("file://")).read_text() if str(value).startswith("file://") else value
        for name, value in parameters.items()
    }


def _parameters(operation: OperationModel, options: Sequence[str]) -> list[tuple[str, Any]]:
    members = operation.input_shape.members if operation.input_shape else {}
    names = {f"--{_dashed(name)}": name for name in members}
    found: list[tuple[str, Any]] = []
    values: list[str] = []
    for word in reversed(options):
        if word.startswith("--"):
            name = names[word]
            found.append((name, _value(members[name], list(reversed(values)))))
            values = []
        else:
            values.append(word)
    return found


def _value(shape: Shape, given: list[str]) -> Any:
    if shape.type_name == "list":
        return given
    if shape.type_name == "boolean":
        return True
    (text,) = given
    match shape.type_name:
        case "integer" | "long":
            return int(text)
        case "double" | "float":
            return float(text)
        case "structure" | "map":
            return json.loads(text)
    return text


def _dashed(name: str) -> str:
    return botocore.xform_name(name, "-")


def _session() -> Any:
    return botocore.session.get_session()


def main() -> None:
    """Run the command, and print the response as JSON."""
    service, operation, parameters = call_of(sys.argv[1:])
    client = _session().create_client(service)
    response = getattr(client, botocore.xform_name(operation))(**_with_files(parameters))
    print(json.dumps({name: value for name, value in response.items() if name != "ResponseMetadata"}, default=str))


if __name__ == "__main__":
    main()

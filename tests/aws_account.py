"""An AWS account over real HTTP for operators' commands: moto, with one stack in a CloudFormation of our own.

moto serves the same resources here as in this process, where tests create them.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from tests.dynamodb import API_KEYS_TABLE, CUSTOMERS_TABLE, USAGE_TABLE, USER_SYNC_TABLE
from tests.servers import serving

STACK = "bokabridge-dev"
OUTPUTS = {
    "UserSyncTableName": USER_SYNC_TABLE,
    "CustomersTableName": CUSTOMERS_TABLE,
    "UsageTableName": USAGE_TABLE,
    "ApiKeysTableName": API_KEYS_TABLE,
}
"""The outputs that say where the stores are."""


@dataclass
class FakeStack:
    """The stack, as CloudFormation knows it, and what its function for doctors returns."""

    outputs: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    resources: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Type and physical id by logical id."""
    libraries: dict[str, str] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    """The functions that raise an error whenever they are invoked."""
    invoked: list[tuple[str, Any]] = field(default_factory=list)
    """The function and the event of each invocation."""
    denied: set[str] = field(default_factory=set)
    """CloudFormation's actions that the operator may not call."""


@contextmanager
def aws_account(stack: FakeStack) -> Iterator[str]:
    """The URL of all services."""
    moto = DomainDispatcherApplication(create_backend_app)

    def respond(request: Request) -> Response:
        body = request.get_data()
        form = {name: values[-1] for name, values in parse_qs(body.decode("latin-1")).items()}
        if request.path.endswith("/invocations"):
            return _invoked(stack, request.path.split("/")[-2], json.loads(body))
        if form.get("Version") == "2010-05-15":
            return _cloudformation(stack, form)
        content, status, headers = run_wsgi_app(moto, {**request.environ, "wsgi.input": BytesIO(body)})
        return Response(b"".join(content), status, headers)

    with serving(respond) as url:
        yield url


def _invoked(stack: FakeStack, function: str, event: Any) -> Response:
    stack.invoked.append((function, event))
    if function in stack.failing:
        error = {"errorType": "KeyError", "errorMessage": "a message that nobody may see"}
        return Response(json.dumps(error), headers={"X-Amz-Function-Error": "Unhandled"})
    return Response(json.dumps({"Companies": 0, "Libraries": stack.libraries}))


def _cloudformation(stack: FakeStack, form: dict[str, str]) -> Response:
    action = form["Action"]
    if action in stack.denied:
        return _xml(
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>", 403
        )
    if form["StackName"] != STACK:
        code, message = "ValidationError", "Stack with that id does not exist"
        return _xml(
            f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>", 400
        )
    result = {
        "DescribeStacks": lambda: _element("Stacks", [_described(stack)]),
        "ListStackResources": lambda: _element(
            "StackResourceSummaries",
            [
                {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": physical}
                for name, (kind, physical) in stack.resources.items()
            ],
        ),
    }[action]()
    return _xml(f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>")


def _described(stack: FakeStack) -> dict[str, Any]:
    return {
        "StackName": STACK,
        "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in stack.outputs.items()],
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in stack.parameters.items()],
    }


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        inner = "".join(_element("member", each) for each in value)
    elif isinstance(value, dict):
        inner = "".join(_element(member, each) for member, each in value.items())
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


def _xml(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/xml")

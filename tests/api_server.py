"""The application over real HTTP: the router and the functions' own handlers behind a server in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.wrappers import Request, Response

from bokabridge.http.fakes import FunctionsInProcess
from bokabridge.http.router import Router
from bokabridge.operations.served import AUTHORIZER, SERVED
from functions.servicestack.pages import find
from tests.api_gateway import Context
from tests.servers import serving
from tests.template import functions
from tests.wired import Wired


@contextmanager
def api_server(application: Wired) -> Iterator[str]:
    """The URL of the application's API."""
    variables = functions()["ServiceStackFunction"]["Environment"]["Variables"]
    handlers: dict[str, Any] = {
        variable: application.handlers[value["Ref"].removesuffix(".Alias")]
        for variable, value in variables.items()
        if variable.endswith("_FUNCTION")
    }
    in_process = FunctionsInProcess(handlers, Context)
    router = Router(SERVED, AUTHORIZER, lambda: in_process, find)

    context: Any = Context()

    def respond(request: Request) -> Response:
        response = router.handle(_event(request), context)
        headers = [(name, value) for name, values in response["multiValueHeaders"].items() for value in values]
        return Response(response["body"], response["statusCode"], headers)

    with serving(respond) as url:
        yield url


def _event(request: Request) -> dict[str, Any]:
    """The request as API Gateway passes it on."""
    headers = dict(request.headers)
    query = {name: request.args.getlist(name) for name in request.args}
    return {
        "resource": "/{proxy+}",
        "path": request.path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"proxy": request.path[1:]},
        "requestContext": {
            "path": request.path,
            "stage": "dev",
            "domainName": request.host,
            "requestId": "request-1",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": request.get_data(as_text=True) or None,
        "isBase64Encoded": False,
    }

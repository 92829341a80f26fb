"""Access through every form of route: no operation runs without the authorizer's consent and the operation's role.

The router invokes the functions' own handlers and the authorizer's, with tokens of the identity simulator.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from bokabridge.http.fakes import FunctionsInProcess
from bokabridge.http.operation import Operation
from bokabridge.http.router import Router
from bokabridge.operations.index import OPERATIONS
from bokabridge.operations.roles import READERS, SUPERADMINS
from bokabridge.operations.served import AUTHORIZER, SERVED
from functions.servicestack.pages import find
from local.identity.users import USERS
from tests.api_gateway import Context, event
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.template import functions
from tests.wired import Wired, wired

type AnyOperation = Operation[Any, Any]

UNKNOWN_ID = str(uuid.UUID(int=7))

GOOD_MEMBERS = {
    "Id": UNKNOWN_ID,
    "ArticleNumber": "?",
    "Quantity": "1",
    "Outcome": "NotBilled",
    "Note": "none",
    "Search": "x",
    "AxemaUserId": "4711",
}
"""What operations require. Those that do not have a member ignore it."""


@pytest.fixture(scope="module")
def application() -> Iterator[Wired]:
    with wired({COMPANY_ID: 1}) as found:
        yield found


def router_of(application: Wired) -> tuple[Router, list[str]]:
    """The router with all functions of the template, and the list of the functions that it invokes."""
    invoked: list[str] = []
    variables = functions()["ServiceStackFunction"]["Environment"]["Variables"]

    def noting(variable: str, function: str) -> Any:
        def handle(given: dict[str, Any], context: Any) -> Any:
            invoked.append(variable)
            return application.handlers[function](given, context)

        return handle

    handlers = {
        variable: noting(variable, value["Ref"].removesuffix(".Alias"))
        for variable, value in variables.items()
        if variable.endswith("_FUNCTION")
    }
    in_process = FunctionsInProcess(handlers, Context)
    return Router(SERVED, AUTHORIZER, lambda: in_process, find), invoked


def forms(operation: AnyOperation) -> dict[str, str]:
    """Every form of route, by what it is."""
    own = operation.path_with(Id=UNKNOWN_ID, AxemaUserId="4711")
    return {
        "own path in capitals": own.upper(),
        "own path with a slash": f"{own}/",
        "own path with a suffix": f"{own}.json",
        "api": f"/api/{operation.name}",
        "api in lower case": f"/api/{operation.name.lower()}",
        "api with a suffix": f"/api/{operation.name}.json",
        "reply": f"/json/reply/{operation.name}",
        "oneway": f"/JSON/OneWay/{operation.name}",
        "xml reply": f"/xml/reply/{operation.name}",
        "csv reply": f"/csv/reply/{operation.name}",
        "batch": f"/api/{operation.name}[]",
        "encoded batch": f"/json/reply/{operation.name}%5B%5D",
        "jsv batch": f"/jsv/reply/{operation.name}[]",
    }


FORMS = tuple(forms(OPERATIONS[0]))


def token(application: Wired, user: str) -> str:
    return application.realm.issue(USERS[user], company_id=COMPANY_ID)


def send(
    router: Router, operation: AnyOperation, form: str, headers: dict[str, str], company_id: str | None = None
) -> dict[str, Any]:
    """The response to a request in which only the caller can be wrong. It comes as another method, overridden."""
    members = {**GOOD_MEMBERS, **({"CompanyId": company_id} if company_id else {})}
    body = "{" + ",".join(f"{name}:{value}" for name, value in members.items()) + "}"  # in JSV
    body = f"[{body}]" if "batch" in form else body
    given = event("PATCH", forms(operation)[form], body=body, headers={"Content-Type": "text/jsv", **headers})
    given["headers"]["X-Http-Method-Override"] = operation.method
    given["requestContext"] |= {"identity": {"sourceIp": "192.0.2.1"}, "accountId": "1", "apiId": "a"}
    return router.handle(given, Context())  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer a.bad.token"},
        {"Authorization": "Basic dXNlcjpwYXNzd29yZA=="},
        {"X-Api-Key": UNKNOWN_ID},
    ],
    ids=["none", "blank", "bad token", "basic", "unknown key"],
)
def test_nobody_reaches_an_operation_without_good_credentials(
    application: Wired, form: str, headers: dict[str, str]
) -> None:
    for operation in OPERATIONS:
        router, invoked = router_of(application)
        response = send(router, operation, form, headers)
        assert (response["statusCode"], invoked) == (401, [AUTHORIZER]), operation.name
        assert response["multiValueHeaders"]["WWW-Authenticate"] == ["Bearer"]
        assert "Unauthorized" in response["body"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("user", ["read", "write", "none"])
def test_operations_keep_their_roles(application: Wired, form: str, user: str) -> None:
    headers = {"Authorization": f"Bearer {token(application, user)}"}
    for operation in OPERATIONS:
        allowed = {"read": operation.roles == READERS, "write": operation.roles != SUPERADMINS, "none": False}[user]
        if allowed:
            continue
        response = send(router_of(application)[0], operation, form, headers)
        assert (response["statusCode"], "Invalid Role" in response["body"]) == (403, True), operation.name


@pytest.mark.parametrize("form", FORMS)
def test_another_companys_id_is_refused_everywhere(application: Wired, form: str) -> None:
    headers = {"Authorization": f"Bearer {token(application, 'write')}"}
    for operation in OPERATIONS:
        if "company_id" not in operation.request.model_fields or operation.roles == SUPERADMINS:
            continue
        response = send(router_of(application)[0], operation, form, headers, OTHER_COMPANY_ID)
        assert (response["statusCode"], "Forbidden" in response["body"]) == (403, True), operation.name


@pytest.mark.parametrize("form", FORMS)
def test_good_caller_reaches_every_operation_by_every_route(application: Wired, form: str) -> None:
    headers = {"Authorization": f"Bearer {token(application, 'superadmin')}"}
    for operation in OPERATIONS:
        router, invoked = router_of(application)
        response = send(router, operation, form, headers, COMPANY_ID)
        assert response["statusCode"] in (200, 400, 404, 409, 422), response
        assert invoked[0] == AUTHORIZER
        assert len(invoked) == 2

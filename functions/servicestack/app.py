"""ServiceStack's other routes to the operations (see http/router.py), and the metadata pages."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.http.router import Router
from bokabridge.operations.served import AUTHORIZER, SERVED
from bokabridge.wiring.environment import cors_origins, public_url
from bokabridge.wiring.servicestack import functions

if TYPE_CHECKING or __package__:  # on Lambda, this folder is the root
    from functions.servicestack.pages import find
else:
    from pages import find

router = Router(SERVED, AUTHORIZER, functions, find, public_url, cors_origins)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's proxy event → its response."""
    return router.handle(event, context)

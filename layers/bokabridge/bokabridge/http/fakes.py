"""A fake of the Lambda functions behind the router."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.http.router import InvocationFailed


def _context() -> LambdaContext:
    context = LambdaContext()
    context._aws_request_id = "invoked-request"  # noqa: SLF001 (Powertools' class is only for reading)
    return context


@dataclass(frozen=True, slots=True)
class FunctionsInProcess:
    """Functions in this process, by ARN. `context` makes the context of an invocation."""

    handlers: Mapping[str, Callable[[dict[str, Any], Any], Any]]
    context: Callable[[], Any] = _context

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """See Functions. Events and results pass through JSON, as on Lambda."""
        given = json.loads(json.dumps(event))
        try:
            return json.loads(json.dumps(self.handlers[function](given, self.context())))
        except Exception as error:
            raise InvocationFailed(str(error)) from error

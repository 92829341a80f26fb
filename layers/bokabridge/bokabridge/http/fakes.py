"""A fake of the Lambda functions behind the router."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bokabridge.http.router import InvocationFailed


@dataclass(frozen=True, slots=True)
class FunctionsInProcess:
    """Functions in this process, by name. `context` makes the context of an invocation."""

    handlers: Mapping[str, Callable[[dict[str, Any], Any], Any]]
    context: Callable[[], Any]

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """See Functions. Events and results pass through JSON, as on Lambda."""
        given = json.loads(json.dumps(event))
        try:
            return json.loads(json.dumps(self.handlers[function](given, self.context())))
        except Exception as error:
            raise InvocationFailed(str(error)) from error

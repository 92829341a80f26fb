"""An HTTP operation as a value. The routes, the access rules and the documentation follow from it."""

from dataclasses import dataclass
from typing import Protocol

from bokabridge.http.wire import WireModel


class ResponseBody(Protocol):
    """The body of a response: a WireModel, or another model that knows its JSON."""

    def to_json(self) -> str:
        """The body as JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Operation[Request: WireModel, Response: ResponseBody]:
    """The declaration of one operation.

    `request` is the DTO that gives the operation its name; `response` is the DTO of a success. `path` writes parameters
    as API Gateway does: `/voss/usage/{Id}`. A caller needs one of the `roles`. `summary` and `notes` are the contract's
    texts. `is_ours` is True for an addition to BokaMera's contract.
    """

    request: type[Request]
    response: type[Response]
    method: str
    path: str
    roles: frozenset[str]
    summary: str
    notes: str = ""
    is_ours: bool = False

    @property
    def name(self) -> str:
        """The name of the request DTO, which is the operation's name in ServiceStack."""
        return self.request.__name__

    def path_with(self, **parameters: str) -> str:
        """The path with these values in place of its parameters."""
        return self.path.format(**parameters)

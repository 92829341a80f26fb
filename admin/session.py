"""The stack that a command talks to: the local one, or a deployed one by its name."""

import json
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from admin.client import Client
from admin.output import Format
from bokabridge.errors import CredentialsRejected, FatalError, InvalidInput, NotFound
from bokabridge.wiring.operator import DeployedStack, Emulator, as_sentences, deployed_stack
from local.stack.paths import STACK_FILE

TOKEN, API_KEY, OTHER_STACK_FILE = "BOKABRIDGE_TOKEN", "BOKABRIDGE_API_KEY", "BOKABRIDGE_STACK_FILE"
"""Environment variables."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")


@dataclass
class Session:
    """What all commands share: the stack (None: the local one) and the output's format."""

    stack_name: str | None
    format: Format

    @property
    def is_local(self) -> bool:
        """True for the local stack."""
        return self.stack_name is None

    @cached_property
    def api(self) -> Client:
        """The stack's API. Raises CredentialsRejected if there is nothing to sign in with."""
        if self.is_local:
            return Client(self.local["ApiUrl"], {"Authorization": f"Bearer {self.local['Tokens']['superadmin']}"})
        headers = _credentials()
        with as_sentences():
            return Client(self.deployed.api_url, headers)

    @cached_property
    def deployed(self) -> DeployedStack:
        """The stack in AWS, or in the emulator. Raises NotFound."""
        if self.stack_name is None:
            emulator = Emulator(self.local["AwsUrl"], self.local["AwsRegion"])
            return deployed_stack(self.local["StackName"], emulator)
        if not _NAME.fullmatch(self.stack_name):
            raise InvalidInput("--stack must be the stack's name, such as bokabridge-prod.")
        return deployed_stack(self.stack_name)

    @cached_property
    def local(self) -> dict[str, Any]:
        """The description of the local stack. Raises NotFound."""
        return local_stack()


def local_stack() -> dict[str, Any]:
    """The description that `make up` wrote. Raises NotFound."""
    file = Path(os.environ.get(OTHER_STACK_FILE) or STACK_FILE)
    try:
        described: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError:
        raise NotFound(
            f"No local stack is up ({file} is missing). Start one with `make up`, or name one with --stack."
        ) from None
    except (OSError, ValueError):
        raise FatalError(f"{file} is not readable. Start the local stack again with `make up`.") from None
    return described


def _credentials() -> dict[str, str]:
    """The headers that say who calls: the token, the API key, or both. Raises CredentialsRejected."""
    token = os.environ.get(TOKEN, "").strip().removeprefix("Bearer ")
    key = os.environ.get(API_KEY, "").strip()
    for name, value in ((TOKEN, token), (API_KEY, key)):
        if not (value.isascii() and (value.isprintable())):
            raise CredentialsRejected(f"{name} has characters that cannot be sent. Set it again.")
    if not token and not key:
        raise CredentialsRejected(f"Set {TOKEN} to a token of the identity server, or {API_KEY} to an API key.")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return {**headers, **({"x-api-key": key} if key else {})}

"""The whole local stack, as a context: inside it everything runs, after it nothing is left."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.axema.simulator import AxemaSimulator
from local.companies import COMPANIES
from local.principals import contexts, new_tokens
from local.stack.deploy import Deployment, api_url, deploy
from local.stack.emulator import emulator
from local.stack.processes import require_free
from local.stack.seed import connect_to_axema


@dataclass(frozen=True, slots=True)
class LocalStack:
    """A running stack, and how it is found."""

    deployment: Deployment
    axema_url: str
    tokens: dict[str, str]

    def describe(self) -> dict[str, Any]:
        """The content of `.local/stack.json`, by which scripts and clients find the stack."""
        return {
            "ApiUrl": self.deployment.api_url,
            "AxemaUrl": self.axema_url,
            "AwsUrl": self.deployment.aws_url,
            "Outputs": self.deployment.outputs,
            "Companies": [
                {"CompanyId": company.id, "Name": company.name, "Users": company.users or 0} for company in COMPANIES
            ],
            "Tokens": self.tokens,
        }


@contextmanager
def local_stack(port: int, parameters: Mapping[str, str] | None = None) -> Iterator[LocalStack]:
    """Starts the stack: the emulator on `port`, the Axema simulator on the next. Raises StartError."""
    require_free(port)
    users = {company.id: company.users for company in COMPANIES if company.users is not None}
    tokens = new_tokens()
    with (
        tempfile.TemporaryDirectory(prefix="bokabridge-") as scratch,
        AxemaSimulator(users, port + 1) as axema,
        emulator(port, Path(scratch)) as aws_url,
    ):
        deployment = deploy(
            aws_url,
            {
                "AxemaApiUrl": axema.url,
                "AxemaTokenUrl": f"{axema.url}/oauth2/v2.0/token",
                "PublicUrl": api_url(aws_url),
                **(parameters or {}),
            },
            contexts(tokens),
        )
        for company_id in users:
            connect_to_axema(deployment, company_id)
        yield LocalStack(deployment, axema.url, tokens)

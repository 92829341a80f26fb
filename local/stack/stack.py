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
from local.stack.seed import connect_to_axema, connect_to_voss
from local.voss.simulator import VossSimulator


@dataclass(frozen=True, slots=True)
class LocalStack:
    """A running stack, and how it is found."""

    deployment: Deployment
    axema_url: str
    voss_url: str
    tokens: dict[str, str]

    def describe(self) -> dict[str, Any]:
        """The content of `.local/stack.json`, by which scripts and clients find the stack."""
        return {
            "ApiUrl": self.deployment.api_url,
            "AxemaUrl": self.axema_url,
            "VossUrl": self.voss_url,
            "AwsUrl": self.deployment.aws_url,
            "Outputs": self.deployment.outputs,
            "Companies": [
                {"CompanyId": company.id, "Name": company.name, "Users": company.users or 0} for company in COMPANIES
            ],
            "Tokens": self.tokens,
        }


@contextmanager
def local_stack(port: int, parameters: Mapping[str, str] | None = None) -> Iterator[LocalStack]:
    """Starts the stack: the emulator on `port`, the simulators of Axema and VOSS on the next two.

    Raises StartError.
    """
    require_free(port)
    users = {company.id: company.users for company in COMPANIES if company.users is not None}
    tokens = new_tokens()
    with (
        tempfile.TemporaryDirectory(prefix="bokabridge-") as scratch,
        AxemaSimulator(users, port + 1) as axema,
        VossSimulator([company.id for company in COMPANIES], port + 2) as voss,
        emulator(port, Path(scratch)) as aws_url,
    ):
        deployment = deploy(
            aws_url,
            {
                "AxemaApiUrl": axema.url,
                "AxemaTokenUrl": f"{axema.url}/oauth2/v2.0/token",
                "VossBaseUrl": voss.url,
                "VossTokenUrl": f"{voss.url}/oauth2/token",
                "VossScope": "voss-demo",
                "VossTimeoutSeconds": "5",
                "VossSettleAfterSeconds": "60",
                "PublicUrl": api_url(aws_url),
                **(parameters or {}),
            },
            contexts(tokens),
        )
        for company_id in users:
            connect_to_axema(deployment, company_id)
        connect_to_voss(deployment)
        yield LocalStack(deployment, axema.url, voss.url, tokens)

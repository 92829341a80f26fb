"""The whole local stack, as a context: inside it everything runs, after it nothing is left."""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from local.axema.simulator import AxemaSimulator
from local.companies import COMPANIES
from local.principals import contexts, new_tokens
from local.stack.deploy import Deployment, api_url, deploy
from local.stack.emulator import emulator
from local.stack.gateway import AT_ONCE, Gateway
from local.stack.processes import StartError, require_free
from local.stack.seed import connect_to_axema


@dataclass(frozen=True, slots=True)
class LocalStack:
    """A running stack, and how it is found."""

    deployment: Deployment
    api_url: str
    axema_url: str
    tokens: dict[str, str]

    def describe(self) -> dict[str, Any]:
        """The content of `.local/stack.json`, by which scripts and clients find the stack."""
        return {
            "ApiUrl": self.api_url,
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
    """Starts the stack on `port` (the emulator) and the ports after it. Raises StartError."""
    require_free(port)
    users = {company.id: company.users for company in COMPANIES if company.users is not None}
    tokens = new_tokens()
    with (
        tempfile.TemporaryDirectory(prefix="bokabridge-") as scratch,
        emulator(port, Path(scratch)) as aws_url,
        Gateway(api_url(aws_url), port + 1) as api,
        AxemaSimulator(users, port + 2) as axema,
    ):
        simulators = {
            "AxemaApiUrl": axema.url,
            "AxemaTokenUrl": f"{axema.url}/oauth2/v2.0/token",
            "AllowPrivateEndpoints": "true",
            "PublicUrl": api.url,
        }
        deployment = deploy(aws_url, {**simulators, **(parameters or {})}, contexts(tokens))
        for company_id in users:
            connect_to_axema(deployment, company_id)
        _warm_up(api.url, tokens["read"])
        yield LocalStack(deployment, api.url, axema.url, tokens)


def _warm_up(api: str, token: str) -> None:
    """Has the functions behind the API started, so that the first callers need not wait for that."""
    http = urllib3.PoolManager(maxsize=AT_ONCE, headers={"Authorization": f"Bearer {token}"})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: http.request("GET", f"{api}/customers"), range(AT_ONCE)))
    for answer in answers:
        if answer.status != 200:
            raise StartError(f"The API does not work: {answer.status} {answer.data.decode(errors='replace')}")

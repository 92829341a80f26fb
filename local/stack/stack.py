"""The local stack as a context manager, which stops every process and deletes every file that it started."""

import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import urllib3

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from local.axema.simulator import AxemaSimulator
from local.companies import COMPANIES
from local.identity.callers import new_api_keys, new_tokens, sign_in_names
from local.identity.realm import CLIENT_ID, COMPANY_CLAIM
from local.identity.simulator import IdentitySimulator
from local.stack.deploy import STACK, Deployment, alarm_topic, api_url, deploy
from local.stack.emulator import REGION, emulator
from local.stack.gateway import AT_ONCE, Gateway
from local.stack.processes import StartError, require_free
from local.stack.seed import connect_to_axema, connect_to_voss, connect_to_webhook
from local.voss.simulator import VossSimulator
from local.webhook.simulator import WebhookReceiver

_WARM_UP_SECONDS = 120

_FIXED = {
    "VossScope": "voss-demo",
    "VossTimeoutSeconds": "5",
    "VossSettleAfterSeconds": "60",
    "IdentityAudience": CLIENT_ID,
    "CompanyClaim": COMPANY_CLAIM,
    "AllowPrivateEndpoints": "true",
    "CorsOrigins": "http://localhost:8080, http://app.example.com",
    "PageBudgetSeconds": "2",  # a large sync takes several invocations, as on AWS
    "ScheduleFlexibleMinutes": "0",  # schedules start at the exact minute
}
"""The template's parameters that are the same in each local stack."""


@dataclass(frozen=True, slots=True)
class LocalStack:
    """A running stack: its addresses, tokens and keys."""

    deployment: Deployment
    api_url: str
    axema_url: str
    voss_url: str
    identity_url: str
    webhook_url: str
    tokens: dict[str, str]
    api_keys: dict[str, str]

    @property
    def port(self) -> int:
        """The first of its six ports in a row."""
        return int(self.deployment.aws_url.rsplit(":", 1)[1])

    def describe(self) -> dict[str, Any]:
        """The content of `.local/stack.json`, where scripts and clients find the stack."""
        return {
            "ApiUrl": self.api_url,
            "AxemaUrl": self.axema_url,
            "VossUrl": self.voss_url,
            "IdentityUrl": self.identity_url,
            "WebhookUrl": self.webhook_url,
            "AwsUrl": self.deployment.aws_url,
            "AwsRegion": REGION,
            "StackName": STACK,
            "Outputs": self.deployment.outputs,
            "Companies": [
                {"CompanyId": company.id, "Name": company.name, "Users": company.users or 0} for company in COMPANIES
            ],
            "Tokens": self.tokens,
            "ApiKeys": self.api_keys,
            "Users": sign_in_names(),
        }

    @classmethod
    def described_in(cls, file: Path) -> Self:
        """The stack that a stack file describes. Raises StartError if there is no such file."""
        try:
            described = json.loads(file.read_text())
        except FileNotFoundError:
            raise StartError("There is no stack: start one with `make up` first.") from None
        return cls(
            Deployment(described["AwsUrl"], described["Outputs"]),
            described["ApiUrl"],
            described["AxemaUrl"],
            described["VossUrl"],
            described["IdentityUrl"],
            described["WebhookUrl"],
            described["Tokens"],
            described["ApiKeys"],
        )


@contextmanager
def local_stack(port: int, **parameters: str) -> Iterator[LocalStack]:
    """Start the stack, with these `parameters`, on `port` and the five ports after it. Raises StartError."""
    require_free(port)
    users = {company.id: company.users for company in COMPANIES if company.users is not None}
    with (
        tempfile.TemporaryDirectory(prefix="bokabridge-") as scratch,
        emulator(port, Path(scratch)) as aws_url,
        Gateway(api_url(aws_url), port + 1) as api,
        AxemaSimulator(users, port + 2) as axema,
        VossSimulator([company.id for company in COMPANIES], port + 3) as voss,
        IdentitySimulator(port + 4) as identity,
        WebhookReceiver(port + 5) as webhook,
    ):
        values = _FIXED | {
            "LocalEndpointUrl": aws_url,
            "AxemaApiUrl": axema.url,
            "AxemaTokenUrl": f"{axema.url}/oauth2/v2.0/token",
            "VossBaseUrl": voss.url,
            "VossTokenUrl": f"{voss.url}/oauth2/token",
            "IdentityIssuer": identity.realm.issuer,
            "AlarmTopicArn": alarm_topic(aws_url),
            "WebhookUrl": webhook.hook,
            "PublicUrl": api.url,
        }
        deployment = deploy(aws_url, values | parameters)
        for company_id in users:
            connect_to_axema(deployment, company_id)
        connect_to_voss(deployment)
        connect_to_webhook(deployment)
        tokens = new_tokens(identity.realm)
        keys_table = DynamoApiKeys(deployment.client("dynamodb"), deployment.outputs["ApiKeysTableName"])
        _warm_up(api.url, tokens["read"])
        yield LocalStack(
            deployment, api.url, axema.url, voss.url, identity.url, webhook.url, tokens, new_api_keys(keys_table)
        )


def _warm_up(api: str, token: str) -> None:
    """Start the functions behind both of the API's ways, so that the first callers do not wait for a cold start.

    In a new folder the first request makes Python compile every package, which can outlast the gateway's time-out.
    """
    http = urllib3.PoolManager(maxsize=AT_ONCE, headers={"Authorization": f"Bearer {token}"})
    deadline = time.monotonic() + _WARM_UP_SECONDS
    for path in ("/customers", "/api/CustomerQuery"):
        while http.request("GET", api + path).status in (503, 504) and time.monotonic() < deadline:
            time.sleep(1)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            responses = list(pool.map(lambda _, path=path: http.request("GET", api + path), range(AT_ONCE)))
        for response in responses:
            if response.status != 200:
                body = response.data.decode(errors="replace")
                raise StartError(f"The API does not work: GET {path} returned {response.status} {body}")

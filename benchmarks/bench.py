"""The emulator and the Axema simulator that a sync and its peers share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import urllib3

from benchmarks.tables import create_table
from bokabridge.adapters.aws.clients import CLIENT_CONFIG
from bokabridge.adapters.axema.vaka_online import VakaOnlineSource
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.usersync.source_ports import AxemaSource
from local.axema.credentials import credentials

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REGION = "eu-north-1"


@dataclass(frozen=True, slots=True)
class Bench:
    """The emulator and the Axema simulator, which both sides share."""

    aws_url: str
    axema_url: str

    def dynamodb(self) -> "DynamoDBClient":
        """A client with the functions' settings."""
        return boto3.client(
            "dynamodb",
            endpoint_url=self.aws_url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=CLIENT_CONFIG,
        )

    def new_table(self, logical_id: str = "CustomersTable") -> str:
        """Create an empty table like this one of the template. Returns its name."""
        return create_table(self.dynamodb(), logical_id)

    def steer(self, company_id: str, **controls: int) -> None:
        """Set controls of the Axema simulator."""
        urllib3.request("PUT", f"{self.axema_url}/_control", json={"company": company_id, **controls})

    def source(self, company_id: str) -> VakaOnlineSource:
        """A new connection to the company's Axema system."""
        axema = credentials(company_id)
        tokens = TokenSource(f"{self.axema_url}/oauth2/v2.0/token", "scope", "Axema")
        secret = AxemaSecret({"client_secret": axema.client_secret, "api_key": axema.api_key})
        connection = VakaOnline(axema.device_id, axema.client_id)
        return VakaOnlineSource(connection, secret, api_url=self.axema_url, tokens=tokens)


class Connect:
    """A SourceFactory for one company."""

    def __init__(self, bench: Bench, company_id: str) -> None:
        self._bench, self._company_id = bench, company_id

    def connect(self, settings: AxemaSettings, seconds: float | None = None) -> AxemaSource:  # noqa: ARG002
        """Connect to the company. The settings are ignored."""
        return self._bench.source(self._company_id)

"""The data of a new stack: the companies' Axema settings, and credentials for Axema, VOSS and the webhook."""

import json
from datetime import UTC, datetime

from bokabridge.adapters.aws.secrets import AxemaSecrets
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.ids import uuid7
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from local.axema.credentials import credentials
from local.stack.deploy import STAGE, Deployment
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from local.webhook.credentials import SECRET

SECRETS_PREFIX = f"bokabridge/{STAGE}/axema/"


def connect_to_axema(deployment: Deployment, company_id: str) -> None:
    """Store a company's Axema settings and credentials for the simulator, without a schedule."""
    axema, now = credentials(company_id), datetime.now(UTC)
    connection = VakaOnline(axema.device_id, axema.client_id)
    settings = AxemaSettings(company_id, connection, now, now, secret_version=uuid7(now))
    secrets = AxemaSecrets(deployment.client("secretsmanager"), SECRETS_PREFIX)
    secrets.stage(None, settings, AxemaSecret({"client_secret": axema.client_secret, "api_key": axema.api_key}))
    DynamoSettings(deployment.client("dynamodb"), deployment.outputs["UserSyncTableName"]).add(settings)
    secrets.promote(settings)


def connect_to_voss(deployment: Deployment) -> None:
    """Store the bridge's credentials for the VOSS simulator."""
    deployment.client("secretsmanager").create_secret(
        Name=f"bokabridge/{STAGE}/voss",
        SecretString=json.dumps({"ClientId": CLIENT_ID, "ClientSecret": CLIENT_SECRET}),
    )


def connect_to_webhook(deployment: Deployment) -> None:
    """Store the secret of the webhook's signatures."""
    deployment.client("secretsmanager").create_secret(
        Name=f"bokabridge/{STAGE}/webhook", SecretString=json.dumps({"Secret": SECRET})
    )

"""What is there before anybody calls: the companies' Axema settings and credentials, and ours for VOSS."""

import json

from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.usersync.settings import AxemaSettings
from local.axema.credentials import credentials
from local.stack.deploy import STAGE, Deployment
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET


def connect_to_axema(deployment: Deployment, company_id: str) -> None:
    """Gives a company working Axema settings for the simulator."""
    axema = credentials(company_id)
    settings = DynamoSettings(deployment.client("dynamodb"), deployment.outputs["UserSyncTableName"])
    settings.put(AxemaSettings(company_id, axema.device_id))
    deployment.client("secretsmanager").create_secret(
        Name=f"bokabridge/{STAGE}/axema/{company_id}",
        SecretString=json.dumps(
            {"ClientId": axema.client_id, "ClientSecret": axema.client_secret, "ApiKey": axema.api_key}
        ),
    )


def connect_to_voss(deployment: Deployment) -> None:
    """Gives the bridge its credentials at the VOSS simulator."""
    deployment.client("secretsmanager").create_secret(
        Name=f"bokabridge/{STAGE}/voss",
        SecretString=json.dumps({"ClientId": CLIENT_ID, "ClientSecret": CLIENT_SECRET}),
    )

"""What the demo's companies have before anybody syncs: their Axema settings and credentials."""

from datetime import UTC, datetime

from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.adapters.secrets import AxemaSecrets
from bokabridge.usersync.settings import AxemaSecret, AxemaSettings, VakaOnlineConnection
from local.axema.credentials import credentials
from local.stack.deploy import STAGE, Deployment

SECRETS_PREFIX = f"bokabridge/{STAGE}/axema/"


def connect_to_axema(deployment: Deployment, company_id: str) -> None:
    """Gives a company working Axema settings for the simulator, without a schedule."""
    axema, now = credentials(company_id), datetime.now(UTC)
    settings = DynamoSettings(deployment.client("dynamodb"), deployment.outputs["UserSyncTableName"])
    settings.add(AxemaSettings(company_id, VakaOnlineConnection(axema.device_id, axema.client_id), now, now))
    secrets = AxemaSecrets(deployment.client("secretsmanager"), SECRETS_PREFIX)
    secrets.put(company_id, AxemaSecret(client_secret=axema.client_secret, api_key=axema.api_key))

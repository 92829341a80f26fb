"""The AWS account of operators' commands: the one of their credentials, or the local stack's emulator."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from bokabridge.adapters.aws.clients import CLIENT_CONFIG


@dataclass(frozen=True, slots=True)
class Emulator:
    """The emulator's address and region. It takes any credentials."""

    url: str
    region: str


class Account:
    """The clients of an account. The default account is that of the AWS credentials in the usual places."""

    def __init__(self, emulator: Emulator | None = None) -> None:
        self._endpoint = emulator.url if emulator else None
        access: dict[str, Any] = {}
        if emulator:
            access = {
                "region_name": emulator.region,
                "aws_access_key_id": "test",
                "aws_secret_access_key": "test",
                "aws_session_token": None,
            }
        self._session: Any = boto3.session.Session(**access)

    def client(self, service: str, config: Config = CLIENT_CONFIG) -> Any:
        """A client of a service, such as `dynamodb`."""
        return self._session.client(service, endpoint_url=self._endpoint, config=config)

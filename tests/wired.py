"""The functions' handlers, wired as template.yaml wires them: AWS is moto in this process, VOSS and the identity server
are simulators, and Axema is one too. The environment has every variable that the template names.
"""

import gc
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import boto3
from moto import mock_aws

from local.axema.simulator import AxemaSimulator
from local.identity.realm import Realm
from local.identity.simulator import IdentitySimulator
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from local.voss.simulator import VossSimulator
from local.webhook.credentials import SECRET
from tests.dynamodb import API_KEYS_TABLE, CUSTOMERS_TABLE, USAGE_TABLE, USER_SYNC_TABLE, create_table
from tests.template import api_events, functions

type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

_ACCOUNT = "arn:aws:{}:eu-north-1:123456789012:{}"
_ROLE = "arn:aws:iam::123456789012:role/demo"
_SECRETS_PREFIX = "bokabridge/dev/axema/"
_VOSS_SECRET = "bokabridge/dev/voss"
WEBHOOK_SECRET = "bokabridge/dev/webhook"
_GROUP = "schedules"
_WORKFLOW = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


@dataclass(frozen=True, slots=True)
class Wired:
    """The handlers by logical id, and the simulators behind them."""

    handlers: dict[str, Handler]
    realm: Realm
    axema_url: str
    voss_url: str

    def handler_of(self, operation: str) -> Handler:
        """The handler of the function that serves this operation."""
        (name,) = [name for name in functions() if operation in api_events(name)]
        return self.handlers[name]


def clear_caches() -> None:
    """Forgets every store and client that was built from another environment."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("bokabridge.wiring.", "bokabridge.adapters.aws.", "functions.")):
            for value in list(vars(module).values()):
                getattr(value, "cache_clear", lambda: None)()
    gc.unfreeze()  # so that the clients of many tests do not add up


@contextmanager
def wired(companies: dict[str, int], **changed: str) -> Iterator[Wired]:
    """The application for these companies, with so many people each in Axema. `changed` are environment variables."""
    with ExitStack() as stack:
        axema = stack.enter_context(AxemaSimulator(companies))
        voss = stack.enter_context(VossSimulator(companies))
        identity = stack.enter_context(IdentitySimulator())
        environment = {**_environment(axema.url, voss.url), "IDENTITY_ISSUER": identity.realm.issuer}
        named = {name for each in functions().values() for name in each["Environment"]["Variables"]}
        variables = {**dict.fromkeys(named, "90"), **_access(), **environment, **changed}
        stack.enter_context(mock.patch.dict(os.environ, variables))
        os.environ.pop("AWS_ENDPOINT_URL", None)
        stack.enter_context(mock_aws())
        clear_caches()
        stack.callback(clear_caches)
        _create_resources()
        yield Wired(_handlers(), identity.realm, axema.url, voss.url)


def _access() -> dict[str, str]:
    return {
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def _environment(axema_url: str, voss_url: str) -> dict[str, str]:
    return {
        "USER_SYNC_TABLE": USER_SYNC_TABLE,
        "CUSTOMERS_TABLE": CUSTOMERS_TABLE,
        "USAGE_TABLE": USAGE_TABLE,
        "API_KEYS_TABLE": API_KEYS_TABLE,
        "STATE_MACHINE_ARN": _ACCOUNT.format("states", "stateMachine:sync"),
        "SCHEDULE_GROUP": _GROUP,
        "SCHEDULE_FUNCTION_ARN": _ACCOUNT.format("lambda", "function:schedule"),
        "SCHEDULE_ROLE_ARN": _ROLE,
        "SCHEDULE_DEAD_LETTERS_ARN": _ACCOUNT.format("sqs", "dead-letters"),
        "DEFAULT_SCHEDULE": "rate(1 day)",
        "SECRET_STORE": "SecretsManager",
        "SECRETS_PREFIX": _SECRETS_PREFIX,
        "AXEMA_API_URL": axema_url,
        "AXEMA_TOKEN_URL": f"{axema_url}/oauth2/v2.0/token",
        "AXEMA_SCOPE": "scope",
        "ALLOW_PRIVATE_ENDPOINTS": "true",
        "VOSS_BASE_URL": voss_url,
        "VOSS_USAGE_PATH": "/usage",
        "VOSS_PRODUCTS_PATH": "/products",
        "VOSS_TOKEN_URL": f"{voss_url}/oauth2/token",
        "VOSS_SCOPE": "voss-demo",
        "VOSS_SECRET_NAME": _VOSS_SECRET,
        "IDENTITY_KEYS_URL": "",
        "IDENTITY_AUDIENCE": "bm-external-api-users",
        "COMPANY_CLAIM": "company_id",
        "PUBLIC_URL": "",
        "CORS_ORIGINS": "",
        "NOTICE_TOPIC_ARN": _ACCOUNT.format("sns", "notices"),
        "ANSWER_SECONDS": "0",
        "API_URL": "https://api.example.com",
        "WEBHOOK_URL": "http://127.0.0.1:9/hook",
        "WEBHOOK_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/deliveries",
        "WEBHOOK_SECRET_NAME": WEBHOOK_SECRET,
        "POWERTOOLS_METRICS_NAMESPACE": "bokabridge/tests",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def _create_resources() -> None:
    dynamodb = boto3.client("dynamodb")
    for table in (USER_SYNC_TABLE, CUSTOMERS_TABLE, USAGE_TABLE, API_KEYS_TABLE):
        create_table(dynamodb, table, table)
    boto3.client("stepfunctions").create_state_machine(name="sync", definition=json.dumps(_WORKFLOW), roleArn=_ROLE)
    boto3.client("scheduler").create_schedule_group(Name=_GROUP)
    secret = json.dumps({"ClientId": CLIENT_ID, "ClientSecret": CLIENT_SECRET})
    boto3.client("secretsmanager").create_secret(Name=_VOSS_SECRET, SecretString=secret)
    boto3.client("secretsmanager").create_secret(Name=WEBHOOK_SECRET, SecretString=json.dumps({"Secret": SECRET}))
    boto3.client("sns").create_topic(Name="notices")
    boto3.client("sqs").create_queue(QueueName="deliveries")


def _handlers() -> dict[str, Handler]:
    return {
        name: importlib.import_module(properties["CodeUri"].replace("/", ".") + ".app").handler
        for name, properties in functions().items()
    }

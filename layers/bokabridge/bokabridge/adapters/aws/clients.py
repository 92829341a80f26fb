"""AWS clients, made once on first use, with explicit timeouts and one layer of retries: the SDK's."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_stepfunctions import SFNClient

MAX_CONCURRENT_REQUESTS = 4
"""Requests that one function has in flight at once. More did not make a sync faster on two processors."""

MAX_KEPT_CONNECTIONS = 32
"""As many as the VOSS reconciler has workers. A connection that nobody opens costs nothing."""

CLIENT_CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    max_pool_connections=MAX_KEPT_CONNECTIONS,
    retries={"mode": "standard", "total_max_attempts": 6},
    parameter_validation=False,  # AWS validates too; here it costs as much as building the request
)


@cache
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client."""
    return boto3.client("dynamodb", config=CLIENT_CONFIG)


@cache
def step_functions() -> "SFNClient":
    """The Step Functions client."""
    return boto3.client("stepfunctions", config=CLIENT_CONFIG)


@cache
def secrets_manager() -> "SecretsManagerClient":
    """The Secrets Manager client."""
    return boto3.client("secretsmanager", config=CLIENT_CONFIG)


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    """The EventBridge Scheduler client."""
    return boto3.client("scheduler", config=CLIENT_CONFIG)


@cache
def cloudformation() -> "CloudFormationClient":
    """The CloudFormation client, for operators' commands."""
    return boto3.client("cloudformation", config=CLIENT_CONFIG)


@cache
def pool() -> ThreadPoolExecutor:
    """The threads for requests that run at once. A task in this pool must not wait for another task in it."""
    return ThreadPoolExecutor(MAX_CONCURRENT_REQUESTS, thread_name_prefix="aws")

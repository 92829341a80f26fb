"""AWS clients, made once on first use, with explicit timeouts and one layer of retries: the SDK's."""

import gc
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient
    from types_boto3_stepfunctions import SFNClient

MAX_CONCURRENT_REQUESTS = 4
"""Requests that one function has in flight at once. More did not make a sync faster on two processors."""

MAX_IDLE_SECONDS = 10.0
"""A connection that nobody used for this time is not used again. While Lambda freezes a function, the other side, or a
gateway in between, may forget its connections. The next caller would wait for the read timeout to learn that."""

SECRET_SECONDS = 300
"""A warm function keeps a secret for this time."""

MAX_KEPT_CONNECTIONS = 32
"""As many as the VOSS reconciler has workers. A connection that nobody opens costs nothing."""

CLIENT_CONFIG = Config(
    connect_timeout=3,
    read_timeout=5,  # for a connection that dies in use; every call of ours is answered within a fraction of it
    tcp_keepalive=True,
    max_pool_connections=MAX_KEPT_CONNECTIONS,
    retries={"mode": "standard", "total_max_attempts": 6},
    user_agent="bokabridge",  # the SDK builds its own twice for each request (docs/decisions.md)
    parameter_validation=False,  # AWS validates too; here it costs as much as building the request
)

LAMBDA_CONFIG = CLIENT_CONFIG.merge(Config(read_timeout=28, retries={"mode": "standard", "total_max_attempts": 1}))
"""One attempt, which waits as long as the slowest of our functions may take."""


def _seconds() -> float:
    """The machine's time, which goes on while the function is frozen. A monotonic clock may not."""
    return time.time()


def with_fresh_connections[Client](client: Client, clock: Callable[[], float] = _seconds) -> Client:
    """The client, which closes its kept connections before the first request after a pause."""
    sdk: Any = client
    last_used_at = clock()

    def before_call(**_: Any) -> None:
        nonlocal last_used_at
        now = clock()
        if not 0 <= now - last_used_at < MAX_IDLE_SECONDS:
            sdk.close()  # only those that are not in use; the next request opens a new one
        last_used_at = now

    sdk.meta.events.register("before-call.*.*", before_call)
    return client


def _uncollected[Client](make: Callable[[], Client]) -> Callable[[], Client]:
    """Python's garbage collector rests while this makes a client, and from then on leaves alone what exists.

    A client's service model is tens of thousands of objects that stay. Looking at them again and again took a fifth of
    the time.
    """

    @wraps(make)
    def made() -> Client:
        gc.disable()
        try:
            return make()
        finally:
            gc.freeze()
            gc.enable()

    return made


@cache
@_uncollected
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client."""
    return with_fresh_connections(boto3.client("dynamodb", config=CLIENT_CONFIG))


@cache
@_uncollected
def step_functions() -> "SFNClient":
    """The Step Functions client. It makes one attempt, because its caller has to know the outcome of each."""
    config = CLIENT_CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
    return with_fresh_connections(boto3.client("stepfunctions", config=config))


@cache
@_uncollected
def secrets_manager() -> "SecretsManagerClient":
    """The Secrets Manager client."""
    return with_fresh_connections(boto3.client("secretsmanager", config=CLIENT_CONFIG))


@cache
@_uncollected
def systems_manager() -> "SSMClient":
    """The Systems Manager client, for its Parameter Store."""
    return with_fresh_connections(boto3.client("ssm", config=CLIENT_CONFIG))


@cache
@_uncollected
def scheduler() -> "EventBridgeSchedulerClient":
    """The EventBridge Scheduler client."""
    return with_fresh_connections(boto3.client("scheduler", config=CLIENT_CONFIG))


@cache
@_uncollected
def sns() -> "SNSClient":
    """The SNS client."""
    return with_fresh_connections(boto3.client("sns", config=CLIENT_CONFIG))


@cache
@_uncollected
def sqs() -> "SQSClient":
    """The SQS client."""
    return with_fresh_connections(boto3.client("sqs", config=CLIENT_CONFIG))


@cache
@_uncollected
def lambda_() -> "LambdaClient":
    """The Lambda client."""
    return with_fresh_connections(boto3.client("lambda", config=LAMBDA_CONFIG))


@cache
@_uncollected
def code_deploy() -> Any:
    """The CodeDeploy client."""
    sdk: Any = boto3
    return with_fresh_connections(sdk.client("codedeploy", config=CLIENT_CONFIG))


@cache
def pool() -> ThreadPoolExecutor:
    """The threads for requests that run at once. A task in this pool must not wait for another task in it."""
    return ThreadPoolExecutor(MAX_CONCURRENT_REQUESTS, thread_name_prefix="aws")

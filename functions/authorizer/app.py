"""The authorizer, which API Gateway calls before every operation."""

from functools import cache, partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.adapters.aws import clients
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.adapters.identity.claims import Trust
from bokabridge.adapters.identity.keys import SigningKeys
from bokabridge.adapters.identity.tokens import KEYS_PATH, JwtVerifier
from bokabridge.auth.authorise import authorise
from bokabridge.auth.recent import RecentApiKeys
from bokabridge.clock import utc_now
from bokabridge.config import authorizer_config
from bokabridge.http.authorizer import Unauthorized, policy_for
from bokabridge.logs import logger
from bokabridge.metrics import failures_published

config = cache(authorizer_config)


@cache
def tokens() -> JwtVerifier:
    issuer = config().identity_issuer
    trust = Trust(issuer, config().identity_audience, config().company_claim)
    keys = SigningKeys(config().identity_keys_url or issuer + KEYS_PATH)
    return JwtVerifier(keys.find, trust)


@cache
def api_keys() -> RecentApiKeys:
    return RecentApiKeys(DynamoApiKeys(clients.dynamodb(), config().api_keys_table), utc_now)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's REQUEST authorizer event → a policy with the caller in its context."""
    logger().append_keys(request_id=context.aws_request_id)
    with failures_published(context, expected=Unauthorized):
        return policy_for(event, partial(authorise, tokens=tokens(), api_keys=api_keys(), clock=utc_now))

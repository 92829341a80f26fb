"""API Gateway's REQUEST authorizer: reading its event, and the three possible results.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from bokabridge.auth.credentials import Credentials
from bokabridge.auth.principal import Principal
from bokabridge.errors import Forbidden, Unauthenticated
from bokabridge.logs import logger


class Unauthorized(Exception):
    """The error that API Gateway turns into a 401. It goes by the message and turns every other error into a 500."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def policy_for(event: Mapping[str, Any], authorise: Callable[[Credentials], Principal]) -> dict[str, Any]:
    """An Allow policy with the caller in its context, or a Deny policy (403). Raises Unauthorized (401).

    The policy covers the whole stage, so it is true for every route. The operations' own roles decide what a caller may
    do there.
    """
    try:
        caller = authorise(_credentials(event))
    except Unauthenticated as error:
        logger().info("refused", reason=error.reason)
        raise Unauthorized from None
    except Forbidden as error:
        logger().info("refused", reason=str(error))
        return _policy(event, "Deny", "nobody")
    logger().info("let in", principal_id=caller.subject, company_id=caller.company_id)
    context = {"companyId": caller.company_id or "", "roles": " ".join(sorted(caller.roles))}
    return {**_policy(event, "Allow", caller.subject), "context": context}


def _policy(event: Mapping[str, Any], effect: str, principal_id: str) -> dict[str, Any]:
    stage_arn = "/".join(event["methodArn"].split("/")[:2])
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": f"{stage_arn}/*"}
    return {"principalId": principal_id, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def _credentials(event: Mapping[str, Any]) -> Credentials:
    """The credentials in the headers, whatever their case. A blank header is absent. Raises Unauthenticated."""
    headers = {name.lower(): str(value).strip() for name, value in (event.get("headers") or {}).items()}
    return Credentials(
        token=_bearer(headers["authorization"]) if headers.get("authorization") else None,
        api_key=headers.get("x-api-key") or None,
        source_ip=event["requestContext"]["identity"]["sourceIp"],
    )


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("the Authorization header has no bearer token")
    return token.strip()

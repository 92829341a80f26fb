"""The stand-in authorizer. It exists in the local stack only: no template that can be deployed to AWS names it."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def contexts() -> dict[str, dict[str, Any]]:
    """The callers by token, as the launcher packed them beside this file."""
    known: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("principals.json").read_text())
    return known


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A REQUEST authorizer: `Authorization: Bearer <token>` → an Allow with the caller's company and roles."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = str(headers.get("authorization") or "").partition(" ")
    caller = contexts().get(token.strip())
    if scheme.lower() != "bearer" or caller is None:
        raise Exception("Unauthorized")  # noqa: TRY002 (the very message that API Gateway turns into a 401)
    api = event["methodArn"].split("/")[0]
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/*"}
    return {
        "principalId": caller["principalId"],
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"companyId": caller["companyId"], "roles": caller["roles"]},
    }

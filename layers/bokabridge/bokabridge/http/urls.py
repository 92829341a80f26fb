"""The paths of our own resources, and their addresses."""

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

JOBS = "/codelock/axema/usersync"
SETTINGS = "/codelock/axema/settings"


def job_path(job_id: str) -> str:
    """The path of one sync job."""
    return f"{JOBS}/{job_id}"


def absolute_url(event: APIGatewayProxyEvent, public_url: str, path: str) -> str:
    """The absolute URL of a path of this API.

    `public_url` is the API's base address where the event cannot tell it (behind a proxy, on the local stack); else
    it is the domain that the caller used, with what API Gateway put before our path (a stage, a base path).
    """
    if public_url:
        return public_url + path
    context = event.request_context
    base_path = (context.path or "").removesuffix(event.path)
    return f"https://{context.domain_name}{base_path}{path}"

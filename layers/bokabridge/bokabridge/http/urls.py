"""Absolute URLs of this API."""

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent


def absolute_url(event: APIGatewayProxyEvent, public_url: str, path: str) -> str:
    """The absolute URL of one of this API's paths.

    `public_url` is the API's base address where the event does not show it (behind a proxy, on the local stack). If it
    is empty, the URL has the domain that the caller used and whatever API Gateway puts before our path (a stage, a base
    path).
    """
    if public_url:
        return public_url + path
    context = event.request_context
    base_path = (context.path or "").removesuffix(event.path)
    return f"https://{context.domain_name}{base_path}{path}"

"""Responses that fit through Lambda. A larger one would be a 502 that does not say what to do.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import json

from bokabridge.errors import ResponseTooLarge

MAX_BODY_BYTES = 5_000_000
"""Lambda's limit is 6 MB for the body, the headers and the JSON around them."""


def sent_bytes(text: str) -> int:
    """The size of a text inside Lambda's response, which is JSON: quotes and backslashes count twice."""
    return len(json.dumps(text, ensure_ascii=False).encode())


def sendable(body: str) -> str:
    """The body. Raises ResponseTooLarge."""
    if 2 * len(body.encode()) > MAX_BODY_BYTES and sent_bytes(body) > MAX_BODY_BYTES:
        raise ResponseTooLarge
    return body

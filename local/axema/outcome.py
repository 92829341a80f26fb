"""The response to an admitted call: the requested page, or the fault that a control has set."""

import time
from collections.abc import Callable

from flask import Response

from local.axema.bodies import MALFORMED_BODIES, PageQueryError
from local.axema.company import Admission
from local.axema.registry import Registry


def outcome(registry: Registry, admission: Admission, body: Callable[[], bytes]) -> Response:
    """Apply the latency, then return the fault or the page.

    `body` creates the page's JSON, or raises PageQueryError.
    """
    time.sleep(admission.controls.latency_ms / 1000)
    match admission.fault:
        case "fail":
            return _failure(admission)
        case "malformed":
            return _malformed(admission)
        case "drop":
            return _cut_in_the_middle(body())
        case None:
            return _page(registry, admission, body)


def _page(registry: Registry, admission: Admission, body: Callable[[], bytes]) -> Response:
    try:
        content = body()
    except PageQueryError:
        registry.count(admission.company_id, "refused")
        raise
    registry.count(admission.company_id, "pagesServed")
    charset = admission.controls.charset
    if charset is None:
        return Response(content, mimetype="application/json")
    return Response(content.decode().encode(charset), content_type=f"application/json; charset={charset}")


def _failure(admission: Admission) -> Response:
    controls = admission.controls
    headers = {} if controls.retry_after is None else {"Retry-After": str(controls.retry_after)}
    body = f'{{"statusCode":{controls.fail_status},"message":"Simulated failure."}}'
    return Response(body, controls.fail_status, headers, mimetype="application/json")


def _malformed(admission: Admission) -> Response:
    content_type, body = MALFORMED_BODIES[admission.controls.malformed or "notJson"]
    return Response(body, content_type=content_type)


def _cut_in_the_middle(body: bytes) -> Response:
    """Announce the whole length and send half. The server closes the connection after every response."""
    half = iter([body[: len(body) // 2]])
    return Response(half, mimetype="application/json", headers={"Content-Length": str(len(body))})

"""How an admitted call ends: as the page that was asked for, or as the trouble that a control asks for."""

import time
from collections.abc import Callable

from flask import Response

from local.axema.answers import MALFORMED_BODIES, PageQueryError
from local.axema.company import Admission
from local.axema.registry import Registry


def outcome(registry: Registry, admission: Admission, body: Callable[[], bytes]) -> Response:
    """Answers in this order: latency, fault, page; `body` makes the page's JSON, or raises PageQueryError."""
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
    return Response(content, mimetype="application/json")


def _failure(admission: Admission) -> Response:
    controls = admission.controls
    headers = {} if controls.retry_after is None else {"Retry-After": str(controls.retry_after)}
    body = f'{{"statusCode":{controls.fail_status},"message":"Simulated failure."}}'
    return Response(body, controls.fail_status, headers, mimetype="application/json")


def _malformed(admission: Admission) -> Response:
    content_type, body = MALFORMED_BODIES[admission.controls.malformed or "notJson"]
    return Response(body, content_type=content_type)


def _cut_in_the_middle(body: bytes) -> Response:
    """Promises the whole length and sends half; the server closes the connection after every answer."""
    half = iter([body[: len(body) // 2]])
    return Response(half, mimetype="application/json", headers={"Content-Length": str(len(body))})

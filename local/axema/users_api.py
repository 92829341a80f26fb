"""`GET /v1/reservations/users/fetch/{deviceId}`: the list of users, or the trouble that a control asks for.

https://developer.vakaonline.se/api-reference/reservations/get-users
"""

import time

from flask import Blueprint, Response, request

from local.axema.answers import MALFORMED_BODIES, PageQueryError, users_body
from local.axema.company import Admission
from local.axema.registry import Registry

_BEARER = "Bearer "


def users_api(registry: Registry) -> Blueprint:
    """Answers in this order: who calls, latency, fault, page."""
    api = Blueprint("users", __name__)
    api.before_request(registry.count_request)

    @api.get("/v1/reservations/users/fetch/<device_id>")
    def fetch_users(device_id: str) -> Response:
        admission = registry.admit(device_id, _bearer_token(), request.headers.get("x-api-key"))
        time.sleep(admission.controls.latency_ms / 1000)
        match admission.fault:
            case "fail":
                return _failure(admission)
            case "malformed":
                return _malformed(admission)
            case "drop":
                return _cut_in_the_middle(_body(admission))
            case None:
                return _page(registry, admission)

    return api


def _bearer_token() -> str | None:
    header = request.headers.get("Authorization", "")
    return header.removeprefix(_BEARER) if header.startswith(_BEARER) else None


def _body(admission: Admission) -> bytes:
    query = request.args
    return users_body(admission.company_id, admission.controls, query.get("pageSize"), query.get("continuationToken"))


def _page(registry: Registry, admission: Admission) -> Response:
    try:
        body = _body(admission)
    except PageQueryError:
        registry.count(admission.company_id, "refused")
        raise
    registry.count(admission.company_id, "pagesServed")
    return Response(body, mimetype="application/json")


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

"""`GET /v1/reservations/users/fetch/{deviceId}`: the list of users, or the fault that a control has set.

https://developer.vakaonline.se/api-reference/reservations/get-users
"""

from flask import Blueprint, Response, request

from local.axema.bodies import users_body
from local.axema.company import Admission
from local.axema.outcome import outcome
from local.axema.registry import Registry

_BEARER = "Bearer "


def users_api(registry: Registry) -> Blueprint:
    """The route, which checks the caller before it applies a control."""
    api = Blueprint("users", __name__)
    api.before_request(registry.count_request)

    @api.get("/v1/reservations/users/fetch/<device_id>")
    def fetch_users(device_id: str) -> Response:
        admission = registry.admit(device_id, _bearer_token(), request.headers.get("x-api-key"))
        return outcome(registry, admission, lambda: _body(admission))

    return api


def _bearer_token() -> str | None:
    header = request.headers.get("Authorization", "")
    return header.removeprefix(_BEARER) if header.startswith(_BEARER) else None


def _body(admission: Admission) -> bytes:
    query = request.args
    return users_body(admission.company_id, admission.controls, query.get("pageSize"), query.get("continuationToken"))

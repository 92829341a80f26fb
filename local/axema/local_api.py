"""`GET /api/users?offset=&limit=`: the same people, from a company's own VAKA system.

The real protocol is not public. The simulator follows the assumption in `adapters/axema/local_endpoint.py`. It stands
for the systems of all companies; the user name selects the company.
"""

from flask import Blueprint, Response, request

from local.axema.bodies import local_users_body
from local.axema.outcome import outcome
from local.axema.registry import Registry


def local_api(registry: Registry) -> Blueprint:
    """The route, which requires HTTP Basic authentication."""
    api = Blueprint("local", __name__)
    api.before_request(registry.count_request)

    @api.get("/api/users")
    def list_users() -> Response:
        login = request.authorization
        admission = registry.admit_login(login.username if login else None, login.password if login else None)
        offset, limit = request.args.get("offset"), request.args.get("limit")
        return outcome(
            registry, admission, lambda: local_users_body(admission.company_id, admission.controls, offset, limit)
        )

    return api

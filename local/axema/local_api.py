"""`GET /api/users?offset=&limit=`: the same people, as a company's own VAKA system is assumed to list them.

The real protocol is not public: this is the assumption that `adapters/axema/local_endpoint.py` states. One simulator
stands for all the companies' systems; the user name says which of them is meant.
"""

from flask import Blueprint, Response, request

from local.axema.answers import local_users_body
from local.axema.outcome import outcome
from local.axema.registry import Registry


def local_api(registry: Registry) -> Blueprint:
    """HTTP Basic, and no other way in."""
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

"""`POST /oauth2/v2.0/token`: the client credentials grant that VAKA Online delegates to Microsoft's login.

https://developer.vakaonline.se/getting-started/authentication
"""

from flask import Blueprint, Response, jsonify, request

from local.axema.company import TOKEN_LIFETIME_SECONDS, RefusedError
from local.axema.registry import Registry

_REQUIRED_FIELDS = ("grant_type", "client_id", "client_secret", "scope")


def token_api(registry: Registry) -> Blueprint:
    """The route of the grant. Its errors have OAuth's format {error, error_description}, unlike the users API's."""
    api = Blueprint("token", __name__)
    api.before_request(registry.count_request)

    @api.post("/oauth2/v2.0/token")
    def issue_token() -> Response:
        missing = [name for name in _REQUIRED_FIELDS if not request.form.get(name)]
        if missing:
            return _error(400, "invalid_request", f"The request body must contain: {', '.join(missing)}.")
        if request.form["grant_type"] != "client_credentials":
            return _error(400, "unsupported_grant_type", "Only client_credentials is supported.")
        try:
            token = registry.issue_token(request.form["client_id"], request.form["client_secret"])
        except RefusedError as refused:
            return _error(refused.status, "invalid_client", str(refused))
        return jsonify({"token_type": "Bearer", "expires_in": TOKEN_LIFETIME_SECONDS, "access_token": token})

    return api


def _error(status: int, error: str, description: str) -> Response:
    response = jsonify(error=error, error_description=description)
    response.status_code = status
    return response

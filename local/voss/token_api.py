"""`POST /oauth2/token`: the client credentials grant, and the check of its tokens."""

from flask import Blueprint, Flask, Response, abort, jsonify, request

from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from local.voss.tokens import LIFETIME_SECONDS, Tokens

_OPEN = ("/oauth2/", "/_")


def token_api(tokens: Tokens) -> Blueprint:
    """The route of the grant. Errors have OAuth's format."""
    api = Blueprint("token", __name__)

    @api.post("/oauth2/token")
    def issue_token() -> Response:
        form = request.form
        if form.get("grant_type") != "client_credentials":
            return _error(400, "unsupported_grant_type")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _error(401, "invalid_client")
        return jsonify(token_type="Bearer", expires_in=LIFETIME_SECONDS, access_token=tokens.issue())

    return api


def require_token(app: Flask, tokens: Tokens) -> None:
    """Refuse requests without a valid token, except to the grant, `/_state` and `/_control`."""

    @app.before_request
    def check() -> None:
        if not request.path.startswith(_OPEN) and not tokens.honours(request.headers.get("Authorization", "")):
            abort(401, description="The access token is missing or not valid.")


def _error(status: int, error: str) -> Response:
    response = jsonify(error=error)
    response.status_code = status
    return response

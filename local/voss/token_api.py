"""`POST /oauth2/token`: the client credentials grant, and the check that a caller has been through it."""

from flask import Blueprint, Flask, Response, abort, jsonify, request

from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from local.voss.tokens import LIFETIME_SECONDS, Tokens

_OPEN = ("/oauth2/", "/_")


def token_api(tokens: Tokens) -> Blueprint:
    """Errors have OAuth's own shape."""
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
    """Every other operation wants a token; the simulator's own (`/_state`, `/_control`) do not."""

    @app.before_request
    def check() -> None:
        if not request.path.startswith(_OPEN) and not tokens.honours(request.headers.get("Authorization", "")):
            abort(401, description="The access token is missing or not valid.")


def _error(status: int, error: str) -> Response:
    response = jsonify(error=error)
    response.status_code = status
    return response

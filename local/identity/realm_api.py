"""The realm's public operations, with Keycloak's paths, members and OAuth errors (public-facts 1.7)."""

from flask import Blueprint, Response, abort, jsonify, request

from local.identity.realm import CLIENT_ID, GrantRefused, Realm
from local.identity.signing import ALGORITHM

REALM_PATH = "/realms/bokamera"


def realm_api(realm: Realm) -> Blueprint:
    """The realm's routes. All of them return 503 while the realm is down."""
    api = Blueprint("realm", __name__, url_prefix=REALM_PATH)

    @api.before_request
    def refuse_while_down() -> None:
        if realm.down:
            abort(503)

    @api.get("/.well-known/openid-configuration")
    def show_configuration() -> Response:
        return jsonify(_configuration(realm.issuer))

    @api.get("/protocol/openid-connect/certs")
    def show_keys() -> Response:
        return jsonify(keys=realm.published_keys())

    @api.post("/protocol/openid-connect/token")
    def grant_token() -> Response:
        form = request.form
        if form.get("client_id") != CLIENT_ID:
            return _error(401, "invalid_client", "Invalid client or Invalid client credentials")
        try:
            match form.get("grant_type"):
                case "password":
                    return jsonify(realm.sign_in(form.get("username", ""), form.get("password", "")))
                case "refresh_token":
                    return jsonify(realm.refresh(form.get("refresh_token", "")))
                case _:
                    return _error(400, "unsupported_grant_type", "Unsupported grant_type")
        except GrantRefused as refused:
            return _error(400 if "refresh_token" in form else 401, "invalid_grant", str(refused))

    return api


def _configuration(issuer: str) -> dict[str, object]:
    protocol = f"{issuer}/protocol/openid-connect"
    return {
        "issuer": issuer,
        "token_endpoint": f"{protocol}/token",
        "jwks_uri": f"{protocol}/certs",
        "grant_types_supported": ["password", "refresh_token"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }


def _error(status: int, error: str, description: str) -> Response:
    response = jsonify(error=error, error_description=description)
    response.status_code = status
    return response

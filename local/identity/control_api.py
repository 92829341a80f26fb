"""`/_state`, `/_control` and `/_tokens`: tests steer the identity server and get tokens of any kind."""

from flask import Blueprint, Response, abort, jsonify, request

from local.identity.realm import TOKEN_SECONDS, Realm
from local.identity.users import USERS

_CONTROLS = {"down", "rotateKeys", "forgetOldKeys"}


def control_api(realm: Realm) -> Blueprint:
    """Routes for tests.

    `PUT /_control` with `{"down": true}` makes the server unavailable until `{"down": false}`. `rotateKeys` and
    `forgetOldKeys` act at once. `POST /_tokens` with `{"user": "write", "seconds": 900, "claims": {}}` returns a token
    of that user, in which the given claims replace the user's.
    """
    api = Blueprint("control", __name__)

    @api.get("/_state")
    def show_state() -> Response:
        return jsonify(realm.state())

    @api.put("/_control")
    def set_controls() -> Response:
        body = request.get_json(force=True, silent=True)
        if not isinstance(body, dict) or not set(body) <= _CONTROLS or not all(type(v) is bool for v in body.values()):
            abort(400, description=f"The body must be a JSON object of booleans: {', '.join(sorted(_CONTROLS))}.")
        realm.down = body.get("down", realm.down)
        if body.get("rotateKeys") or body.get("forgetOldKeys"):
            realm.rotate_keys(forget=body.get("forgetOldKeys", False))
        return jsonify(realm.state())

    @api.post("/_tokens")
    def issue_token() -> Response:
        body = request.get_json(force=True)
        user, seconds = USERS[body["user"]], body.get("seconds", TOKEN_SECONDS)
        return jsonify(token=realm.issue(user, seconds, **body.get("claims", {})))

    return api

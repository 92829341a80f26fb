"""`GET /_state`, `PUT /_control` and `DELETE /_control`: tests and the demo steer VOSS and read its bill."""

from flask import Blueprint, Response, abort, jsonify, request

from local.voss.bill import Bill
from local.voss.controls import ControlError
from local.voss.tokens import Tokens


def control_api(bill: Bill, tokens: Tokens) -> Blueprint:
    """Routes for tests and the demo. A reset of the controls keeps the bill."""
    api = Blueprint("control", __name__)

    @api.get("/_state")
    def show_state() -> Response:
        return jsonify(bill.state())

    @api.put("/_control")
    def set_controls() -> Response:
        changes = request.get_json(force=True, silent=True)
        if not isinstance(changes, dict):
            abort(400, description="The body must be a JSON object.")
        if changes.pop("expireTokens", False):  # an action, not a setting: the state does not show it
            tokens.revoke_all()
        try:
            return jsonify(bill.set_controls(changes))
        except ControlError as error:
            abort(400, description=str(error))

    @api.delete("/_control")
    def reset_controls() -> Response:
        return jsonify(bill.set_controls(None))

    return api

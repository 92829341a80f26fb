"""`GET /_state`, `PUT /_control` and `DELETE /_control`: how tests and the demo steer VOSS and read its bill."""

from flask import Blueprint, Response, abort, jsonify, request

from local.voss.bill import Bill
from local.voss.controls import ControlError
from local.voss.tokens import Tokens


def control_api(bill: Bill, tokens: Tokens) -> Blueprint:
    """Resetting the controls leaves the bill as it is: what was taken was taken."""
    api = Blueprint("control", __name__)

    @api.get("/_state")
    def show_state() -> Response:
        return jsonify(bill.state())

    @api.put("/_control")
    def set_controls() -> Response:
        changes = request.get_json(force=True, silent=True)
        if not isinstance(changes, dict):
            abort(400, description="The body must be a JSON object.")
        if changes.pop("expireTokens", False):  # an act rather than a setting: nothing of it remains to be shown
            tokens.revoke_all()
        try:
            return jsonify(bill.set_controls(changes))
        except ControlError as error:
            abort(400, description=str(error))

    @api.delete("/_control")
    def reset_controls() -> Response:
        return jsonify(bill.set_controls(None))

    return api

"""`GET /_state`, `PUT /_control` and `DELETE /_control`: tests and the demo steer the simulator and read its state."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from local.axema.controls import ControlError, check_controls
from local.axema.registry import Registry


def control_api(registry: Registry) -> Blueprint:
    """Routes for tests and the demo. A body without `company` applies to every company."""
    api = Blueprint("control", __name__)

    @api.get("/_state")
    def show_state() -> Response:
        return jsonify(registry.state())

    @api.put("/_control")
    def set_controls() -> Response:
        company_id, changes = _company_and_changes()
        try:
            check_controls(changes)
        except ControlError as error:
            abort(400, description=str(error))
        return jsonify(registry.set_controls(company_id, changes))

    @api.delete("/_control")
    def reset_controls() -> Response:
        company_id, changes = _company_and_changes()
        if changes:
            abort(400, description="DELETE accepts no other member than company.")
        try:
            return jsonify(registry.reset_controls(company_id))
        except KeyError:
            abort(404, description=f"Unknown company: {company_id}.")

    return api


def _company_and_changes() -> tuple[str | None, dict[str, Any]]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        abort(400, description="The body must be a JSON object.")
    company_id = _company_id(body.pop("company")) if "company" in body else None
    return company_id, body


def _company_id(value: object) -> str:
    if not isinstance(value, str) or not value:
        abort(400, description="company must be a company id.")
    return value

"""`POST /usage` and `GET /usage?externalReference=`: bill a usage, and look up billed usages."""

import time
from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from local.voss.bill import Bill
from local.voss.products import BY_ARTICLE_NUMBER


def usage_api(bill: Bill, customers: Collection[str]) -> Blueprint:
    """The routes, which apply the modes of `controls.py` in the order in which a real server would."""
    api = Blueprint("usage", __name__)

    @api.post("/usage")
    def create_usage() -> Response:
        bill.begin_post()
        try:
            return _create(bill, customers)
        finally:
            bill.end_post()

    @api.get("/usage")
    def find_usage() -> Response:
        behave(bill)
        found = bill.find(request.args.get("externalReference", ""))
        return jsonify(items=found, totalCount=len(found))

    return api


def behave(bill: Bill) -> None:
    """Apply the controls that affect every request, before its content is checked."""
    controls = bill.controls
    time.sleep(controls.latency)
    if controls.mode == "throttle":
        abort(Response('{"message":"Too many requests."}', 429, {"Retry-After": "1"}, mimetype="application/json"))
    if controls.mode == "error500":
        abort(500, description="Simulated failure.")


def _create(bill: Bill, customers: Collection[str]) -> Response:
    controls = bill.controls
    behave(bill)
    if controls.mode == "reject":
        abort(
            Response('{"message":"The subscription is closed."}', controls.reject_status, mimetype="application/json")
        )
    order = _order(customers)
    was_there = bool(bill.find(order["externalReference"]))
    key = request.headers.get("Idempotency-Key", "")
    result = bill.accept(key, order, once=controls.dedupe or controls.mode == "duplicate")
    match controls.mode:
        case "acceptThen500":
            abort(500, description="Simulated failure after the usage was accepted.")
        case "acceptThenDrop":
            return _dropped()
        case "unreadable":
            return jsonify(ok=True)
        case "duplicate":
            abort(409, description="The usage already exists.")
    response = jsonify(result)
    response.status_code = 200 if was_there and controls.dedupe else 201
    return response


def _order(customers: Collection[str]) -> dict[str, Any]:
    order = request.get_json(silent=True)
    if not isinstance(order, dict):
        abort(400, description="The body must be a JSON object.")
    for name, kind in (("customerId", str), ("articleNumber", str), ("quantity", int), ("externalReference", str)):
        if not isinstance(order.get(name), kind):
            abort(400, description=f"{name} is missing or not valid.")
    if order["customerId"] not in customers:
        abort(404, description="There is no such customer.")
    if order["articleNumber"] not in BY_ARTICLE_NUMBER:
        abort(422, description=f"There is no product with the article number {order['articleNumber']}.")
    return order


def _dropped() -> Response:
    """Close the connection without sending a byte; the server cannot write to a socket that is shut down."""
    socket = request.environ["werkzeug.socket"]
    socket.shutdown(2)
    return Response()

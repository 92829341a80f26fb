"""The simulator as a Flask application, and the only place that maps an exception to an HTTP response."""

from collections.abc import Collection

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from local.voss.bill import Bill
from local.voss.control_api import control_api
from local.voss.products_api import products_api
from local.voss.token_api import require_token, token_api
from local.voss.tokens import Tokens
from local.voss.usage_api import usage_api


def create_app(customers: Collection[str]) -> Flask:
    """The application. `customers` are the ids of the companies that VOSS invoices."""
    bill, tokens = Bill(), Tokens()
    app = Flask(__name__)
    require_token(app, tokens)
    app.register_blueprint(token_api(tokens))
    app.register_blueprint(usage_api(bill, customers))
    app.register_blueprint(products_api(bill))
    app.register_blueprint(control_api(bill, tokens))
    app.register_error_handler(HTTPException, _http_error)
    return app


def _http_error(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response
    response = jsonify(message=error.description or error.name)
    response.status_code = error.code or 500
    return response

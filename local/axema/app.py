"""The simulator as a Flask application, and the only place that maps an exception to an HTTP response."""

from collections.abc import Mapping

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from local.axema.bodies import PageQueryError
from local.axema.company import RefusedError
from local.axema.control_api import control_api
from local.axema.local_api import local_api
from local.axema.registry import Registry
from local.axema.token_api import token_api
from local.axema.users_api import users_api


def create_app(companies: Mapping[str, int]) -> Flask:
    """The application. `companies` maps a company id to its number of people; `PUT /_control` can add companies."""
    registry = Registry(companies)
    app = Flask(__name__)
    app.register_blueprint(token_api(registry))
    app.register_blueprint(users_api(registry))
    app.register_blueprint(local_api(registry))
    app.register_blueprint(control_api(registry))
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(PageQueryError, _bad_page_query)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _refused(error: RefusedError) -> Response:
    return _error(error.status, str(error))


def _bad_page_query(error: PageQueryError) -> Response:
    return _error(400, str(error))


def _http_error(error: HTTPException) -> Response:
    return _error(error.code or 500, error.description or error.name)


def _error(status: int, message: str) -> Response:
    """An error in the format of the API gateway product that VAKA Online appears to use; its own is not public."""
    response = jsonify(statusCode=status, message=message)
    response.status_code = status
    return response

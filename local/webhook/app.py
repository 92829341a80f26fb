"""The receiver as a Flask application: `POST /hook`, `GET /_state`, `PUT /_control` and `DELETE /_control`."""

import time
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, abort, jsonify, request

MODES = {
    "ok": "every delivery is accepted with 204",
    "error500": "every delivery gets a 500",
    "gone": "every delivery gets a 410",
    "slow": "every delivery takes 20 s, longer than the bridge waits",
    "redirect": "every delivery is redirected to /elsewhere, which accepts everything",
}
"""Each mode and its effect. `failFirst` lets so many deliveries fail with a 500 before the mode applies."""

SLOW_SECONDS = 20.0


@dataclass
class Receiver:
    """What the receiver has got, and how it behaves."""

    mode: str = "ok"
    fail_first: int = 0
    deliveries: list[dict[str, Any]] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        """The deliveries with their headers, bodies and the status of each response, and the controls."""
        return {"deliveries": self.deliveries, "controls": {"mode": self.mode, "failFirst": self.fail_first}}

    def response(self) -> Response:
        """The response to the next delivery."""
        if self.fail_first:
            self.fail_first -= 1
            return Response(status=500)
        match self.mode:
            case "error500":
                return Response(status=500)
            case "gone":
                return Response(status=410)
            case "redirect":
                return Response(status=307, headers={"Location": "/elsewhere"})
            case "slow":
                time.sleep(SLOW_SECONDS)
        return Response(status=204)


def create_app() -> Flask:
    """The application."""
    receiver = Receiver()
    app = Flask(__name__)

    @app.post("/hook")
    @app.post("/elsewhere")
    def receive() -> Response:
        delivery: dict[str, Any] = {
            "path": request.path,
            "headers": dict(request.headers),
            "body": request.get_data(as_text=True),
        }
        receiver.deliveries.append(delivery)
        response = receiver.response() if request.path == "/hook" else Response(status=204)
        delivery["status"] = response.status_code
        return response

    @app.get("/_state")
    def show_state() -> Response:
        return jsonify(receiver.state())

    @app.put("/_control")
    def set_controls() -> Response:
        changes = request.get_json(force=True, silent=True)
        if not isinstance(changes, dict) or not changes.keys() <= {"mode", "failFirst"}:
            abort(400, description="The body must be a JSON object with mode, failFirst, or both.")
        mode, fail_first = changes.get("mode", receiver.mode), changes.get("failFirst", receiver.fail_first)
        if mode not in MODES or type(fail_first) is not int or fail_first < 0:
            abort(400, description=f"mode is one of {', '.join(MODES)}, and failFirst is a number.")
        receiver.mode, receiver.fail_first = mode, fail_first
        return jsonify(receiver.state()["controls"])

    @app.delete("/_control")
    def reset_controls() -> Response:
        receiver.mode, receiver.fail_first = "ok", 0
        return jsonify(receiver.state()["controls"])

    return app

"""The simulator of the identity server, on a port of this machine."""

from flask import Flask

from local.identity.control_api import control_api
from local.identity.realm import Realm
from local.identity.realm_api import REALM_PATH, realm_api
from local.server import Server


class IdentitySimulator(Server):
    """An identity server with one realm, which serves while entered."""

    def __init__(self, port: int = 0) -> None:
        app = Flask(__name__)
        super().__init__(app, port)
        self.realm = Realm(self.url + REALM_PATH)
        app.register_blueprint(realm_api(self.realm))
        app.register_blueprint(control_api(self.realm))

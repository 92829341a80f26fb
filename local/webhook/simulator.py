"""The receiver of the webhook, on a port of this machine."""

from local.server import Server
from local.webhook.app import create_app


class WebhookReceiver(Server):
    """The receiver, which serves while entered. `hook` is the address to post to."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(create_app(), port)

    @property
    def hook(self) -> str:
        """The address of the webhook."""
        return f"{self.url}/hook"

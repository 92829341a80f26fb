"""Which of Axema's systems a company's settings mean, and secrets that are newer than the ones we remember."""

from dataclasses import dataclass

from bokabridge.adapters.axema.local_endpoint import LocalEndpointSource
from bokabridge.adapters.axema.vaka_online import VakaOnlineSource, users_url
from bokabridge.adapters.outbound.guarded import Guard
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.errors import CredentialsRejected
from bokabridge.settings.model import AxemaSecret, AxemaSettings, LocalConnection, VakaOnlineConnection
from bokabridge.settings.ports import SecretStore
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.ports import AxemaSource


@dataclass(frozen=True, slots=True)
class AxemaSystems:
    """SourceFactory for both. VAKA Online's host is the deployment's; the local endpoint's is guarded."""

    api_url: str
    tokens: TokenSource
    guard: Guard
    secrets: SecretStore

    def connect(self, settings: AxemaSettings) -> AxemaSource:
        """See SourceFactory."""
        return _RefreshingSource(self, settings, self.secrets.get(settings.company_id))

    def open(self, settings: AxemaSettings, secret: AxemaSecret) -> LocalEndpointSource | VakaOnlineSource:
        """The source with these very secrets, stored or not."""
        match settings.connection:
            case LocalConnection() as connection:
                return LocalEndpointSource(connection, secret, self.guard)
            case VakaOnlineConnection(device_id, client_id):
                return VakaOnlineSource(users_url(self.api_url, device_id), self.tokens, client_id, secret)


class _RefreshingSource:
    """A source whose secrets may have been rotated while we remembered the old ones: a refusal has them read anew."""

    def __init__(self, systems: AxemaSystems, settings: AxemaSettings, secret: AxemaSecret) -> None:
        self._systems = systems
        self._settings = settings
        self._secret = secret
        self._source = systems.open(settings, secret)

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource."""
        try:
            return self._source.fetch(cursor, page_number)
        except CredentialsRejected:
            if not self._refreshed():
                raise
        return self._source.fetch(cursor, page_number)

    def _refreshed(self) -> bool:
        """True when there were other secrets than ours, with which it is worth trying again."""
        newest = self._systems.secrets.get(self._settings.company_id, fresh=True)
        if newest == self._secret:
            return False
        self._secret = newest
        self._source = self._systems.open(self._settings, newest)
        return True

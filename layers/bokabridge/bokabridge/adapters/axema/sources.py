"""Sources by the kind of connection, and the refresh of secrets that were rotated since we read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bokabridge.adapters.outbound.deadline import within
from bokabridge.errors import CredentialsRejected, RetriableError
from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.settings.ports import SecretStore
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.ports import AxemaSource

CHECK_SECONDS = 15.0
"""The longest time that a caller waits for a check. API Gateway waits for 29 s."""


class CheckableSource(AxemaSource, Protocol):
    """A source whose connection can be tried."""

    def check(self) -> None:
        """Tries once to read the first page. Raises the errors of `fetch`; their messages do not name a page."""
        ...


OpenSource = Callable[[Any, AxemaSecret], CheckableSource]
"""Opens the source of a connection of one kind, with the company's secrets."""


@dataclass(frozen=True, slots=True)
class AxemaSystems:
    """SourceFactory and ConnectionChecker. `sources` has an entry for each kind of connection."""

    secrets: SecretStore
    sources: Mapping[type[Connection], OpenSource]
    check_seconds: float = CHECK_SECONDS

    def connect(self, settings: AxemaSettings) -> AxemaSource:
        """See SourceFactory."""
        return _RefreshingSource(self, settings, self.secrets.get(settings.company_id))

    def check(self, settings: AxemaSettings, secret: AxemaSecret) -> None:
        """See ConnectionChecker."""
        try:
            within(self.check_seconds, self.open(settings, secret).check)
        except TimeoutError:
            raise RetriableError("Axema could not be reached (timeout).") from None

    def open(self, settings: AxemaSettings, secret: AxemaSecret) -> CheckableSource:
        """The company's source with this secret, stored or not."""
        return self.sources[type(settings.connection)](settings.connection, secret)


class _RefreshingSource:
    """A source that reads the company's secrets again when Axema refuses those that we remember."""

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
        """True if the stored secrets are newer than ours, so that another try makes sense."""
        newest = self._systems.secrets.get(self._settings.company_id, fresh=True)
        if newest == self._secret:
            return False
        self._secret = newest
        self._source = self._systems.open(self._settings, newest)
        return True

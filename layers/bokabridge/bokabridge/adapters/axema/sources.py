"""Sources by the kind of connection, and the refresh of secrets that were rotated since we read them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bokabridge.adapters.axema.records import UNREACHABLE
from bokabridge.adapters.outbound.deadline import within
from bokabridge.errors import CredentialsRejected, Unreachable
from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.settings.ports import SecretStore, SettingsStore
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.source_ports import AxemaSource

CHECK_SECONDS = 10.0
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

    settings: SettingsStore
    secrets: SecretStore
    sources: Mapping[type[Connection], OpenSource]
    check_seconds: float = CHECK_SECONDS

    def connect(self, settings: AxemaSettings, seconds: float | None = None) -> AxemaSource:
        """See SourceFactory. The source gets the secrets that belong to these settings, and no others."""
        source = _RefreshingSource(self, settings, self.secrets.get(settings))
        return source if seconds is None else _BoundedSource(source, time.monotonic() + seconds)

    def check(self, settings: AxemaSettings, secret: AxemaSecret) -> None:
        """See ConnectionChecker.

        Reports a system that does not respond only when the time is up, however early we know. Otherwise the time would
        tell a closed port from one that a firewall drops, and from one that accepts and says nothing.
        """
        until = time.monotonic() + self.check_seconds
        try:
            within(self.check_seconds, self.open(settings, secret).check)
        except (TimeoutError, Unreachable):
            time.sleep(max(0.0, until - time.monotonic()))
            raise Unreachable(UNREACHABLE) from None

    def open(self, settings: AxemaSettings, secret: AxemaSecret) -> CheckableSource:
        """The company's source with this secret, stored or not."""
        return self.sources[type(settings.connection)](settings.connection, secret)


@dataclass(frozen=True, slots=True)
class _BoundedSource:
    """A source whose fetches must be over at one time (time.monotonic)."""

    source: AxemaSource
    until: float

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource. Raises TimeoutError."""
        seconds = max(0.0, self.until - time.monotonic())
        return within(seconds, lambda: self.source.fetch(cursor, page_number))


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
        """True if the stored secrets are newer than ours and of the same connection, so that another try makes sense.

        The settings are read again, too, because saving a new password changes the version that they name.
        """
        stored = self._systems.settings.find(self._settings.company_id)
        if stored is None or stored.connection != self._settings.connection:
            return False
        newest = self._systems.secrets.get(stored, fresh=True)
        if newest == self._secret:
            return False
        self._secret = newest
        self._source = self._systems.open(self._settings, newest)
        return True

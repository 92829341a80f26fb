"""What the user sync needs of Axema."""

from typing import Protocol

from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.people import UserPage


class AxemaSource(Protocol):
    """One company's Axema users, page by page."""

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """The page that begins at the cursor. Its number, counted from 1, is for messages only.

        Raises FatalError, or RetriableError if the source did not respond for a while. Both have a message for the
        administrator.
        """
        ...


class SourceFactory(Protocol):
    """A factory of connections to companies' Axema systems."""

    def connect(self, settings: AxemaSettings, seconds: float | None = None) -> AxemaSource:
        """The company's source. Its fetches raise TimeoutError after that time. FatalError without secrets."""
        ...

"""The secrets in two stores at once, while a deployment moves from one to the other."""

from dataclasses import dataclass

from bokabridge.errors import FatalError, RetriableError
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.settings.ports import SecretStore


@dataclass(frozen=True, slots=True)
class BothStores:
    """SecretStore that writes to both stores and reads what either has.

    So nothing is lost if the deployment moves on, back, or is rolled back. A save without new secrets copies the stored
    ones to the store that does not have them.
    """

    first: SecretStore
    second: SecretStore

    def get(self, settings: AxemaSettings, *, fresh: bool = False) -> AxemaSecret:
        """See SecretStore."""
        try:
            return self.first.get(settings, fresh=fresh)
        except FatalError:
            return self.second.get(settings, fresh=fresh)

    def find(self, settings: AxemaSettings) -> AxemaSecret | None:
        """See SecretStore."""
        return self.first.find(settings) or self.second.find(settings)

    def stage(self, before: AxemaSettings | None, settings: AxemaSettings, secret: AxemaSecret) -> None:
        """See SecretStore."""
        for store in (self.first, self.second):
            store.stage(before, settings, secret)

    def promote(self, settings: AxemaSettings) -> None:
        """See SecretStore. Copies the secrets first, because a store can only promote what it has."""
        for store, other in ((self.first, self.second), (self.second, self.first)):
            if not _has(store, settings) and (secret := other.find(settings)):
                store.stage(settings, settings, secret)
            store.promote(settings)

    def remove(self, company_id: str) -> None:
        """See SecretStore."""
        for store in (self.first, self.second):
            store.remove(company_id)


def _has(store: SecretStore, settings: AxemaSettings) -> bool:
    """False also if the store cannot say, because storing the same version again does no harm."""
    try:
        return store.find(settings) is not None
    except RetriableError:
        return False

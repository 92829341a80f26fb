"""A company's own VAKA system, asked directly.

Its protocol is not public (public-facts 2.3). This file is the whole of our assumption, and the place to change it:
`GET /api/users?offset=&limit=` with HTTP Basic answers {"users": [{"id", "name", "email", "phone"}, …], "total"}, in an
order that stays. Over the internet, and on ports 443 and 8443, it speaks HTTPS with a certificate that is checked; in a
private network, where the deployment allows one, it may speak plain HTTP on other ports.
"""

from base64 import b64encode
from typing import Any

from pydantic import BaseModel, ConfigDict
from urllib3.connectionpool import HTTPConnectionPool

from bokabridge.adapters.axema.records import GIVE_UP_AFTER, ask, parse, record
from bokabridge.adapters.outbound.guarded import LIMITS, Guard, pinned
from bokabridge.adapters.outbound.request import Response, request
from bokabridge.errors import CredentialsRejected, FatalError
from bokabridge.settings.address import is_public_address
from bokabridge.settings.model import AxemaSecret, LocalConnection
from bokabridge.usersync.people import UserPage

PAGE_SIZE = 500
"""A page costs a commit, and 500 records fit easily in memory."""

_PATH = "/api/users"
_TLS_PORTS = frozenset({443, 8443})


class LocalEndpointSource:
    """AxemaSource for a VAKA system at an address that its company named. The cursor is the next page's offset."""

    def __init__(
        self,
        connection: LocalConnection,
        secret: AxemaSecret,
        guard: Guard,
        *,
        give_up_after: float = GIVE_UP_AFTER,
    ) -> None:
        self._connection = connection
        self._login = f"{connection.username}:{secret.password or ''}"
        self._guard = guard
        self._give_up_after = give_up_after
        self._kept: HTTPConnectionPool | None = None

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource."""
        offset = int(cursor or 0)
        answer = _read(ask(lambda: self._send(offset), page_number, self._give_up_after), page_number)
        end = offset + len(answer.users)
        if not answer.users and end < answer.total:
            raise FatalError(f"Axema's answer for page {page_number} is empty although there should be more users.")
        return UserPage([record(raw, "id") for raw in answer.users], str(end) if end < answer.total else None)

    def check(self) -> None:
        """One try to read the beginning. Raises what `fetch` raises, in sentences about the connection alone."""
        _read(self._send(0), 1)

    def _send(self, offset: int) -> Response:
        return request(
            "GET",
            _PATH,
            who="Axema",
            headers={**_basic(self._login), "Accept": "application/json"},
            query={"offset": str(offset), "limit": str(PAGE_SIZE)},
            via=self._pool(),
            limits=LIMITS,
        )

    def _pool(self) -> HTTPConnectionPool:
        """Connections to the address that was checked; its name is not asked for again."""
        if self._kept is None:
            host, port = self._connection.host, self._connection.port
            address = self._guard.address_of(host)
            scheme = "https" if is_public_address(address) or port in _TLS_PORTS else "http"
            self._kept = pinned(scheme, host, port, address)
        return self._kept


class _Answer(BaseModel):
    """Its records are looked at one by one: a bad one is only skipped."""

    model_config = ConfigDict(hide_input_in_errors=True)

    users: list[Any]
    total: int


def _basic(login: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(login.encode()).decode()}


def _read(answer: Response, page_number: int) -> _Answer:
    match answer.status:
        case 200:
            return parse(_Answer, answer, page_number)
        case 401 | 403:
            raise CredentialsRejected("Axema refused the user name or the password. Check both in the Axema settings.")
        case 404:
            raise FatalError("There is no list of users at the ApiEndpoint. Check it, and the ApiPort.")
        case status:
            raise FatalError(f"Axema refused to list users (HTTP status {status}, page {page_number}).")

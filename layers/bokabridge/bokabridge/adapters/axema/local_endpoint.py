"""The source of a company's own VAKA system.

Its protocol is not public (public-facts 2.3). This file is the whole of our assumption, and the place to change it:
`GET /api/users?offset=&limit=` with HTTP Basic returns {"users": [{"id", "name", "email", "phone"}, …], "total"} in a
stable order. Over the internet, and on ports 443 and 8443, it speaks HTTPS, and we check the certificate. In a private
network, if the deployment allows private networks, it may speak plain HTTP on other ports.
"""

from base64 import b64encode
from typing import Any

from pydantic import BaseModel, ConfigDict
from urllib3.connectionpool import HTTPConnectionPool

from bokabridge.adapters.axema.records import GIVE_UP_AFTER_SECONDS, UNREACHABLE, fetch_page, parse, record
from bokabridge.adapters.outbound.guarded import LIMITS, Guard, pinned
from bokabridge.adapters.outbound.request import Response, request
from bokabridge.errors import CredentialsRejected, FatalError, Unreachable
from bokabridge.settings.address import is_public_address
from bokabridge.settings.kinds.local_endpoint import PORT_RULE, LocalEndpoint, may_use_port
from bokabridge.settings.model import AxemaSecret
from bokabridge.usersync.people import UserPage

PAGE_SIZE = 500
"""A page costs a commit, and 500 records fit easily in memory. We refuse a longer page: a system that ignores `limit`
may ignore `offset` too, and then we would read its first users again and again."""

_PATH = "/api/users"
_TLS_PORTS = frozenset({443, 8443})


class LocalEndpointSource:
    """AxemaSource for a VAKA system at an address that its company named. The cursor is the offset of the next page."""

    def __init__(
        self,
        connection: LocalEndpoint,
        secret: AxemaSecret,
        *,
        guard: Guard,
        give_up_after_seconds: float = GIVE_UP_AFTER_SECONDS,
    ) -> None:
        self._connection = connection
        self._login = f"{connection.username}:{secret.get('password')}"
        self._guard = guard
        self._give_up_after_seconds = give_up_after_seconds
        self._kept_pool: HTTPConnectionPool | None = None

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource."""
        offset = int(cursor or 0)
        response = fetch_page(lambda: self._send(offset), page_number, self._give_up_after_seconds)
        found = _read(response, page_number)
        end = offset + len(found.users)
        if not found.users and end < found.total:
            raise FatalError(f"Axema's response for page {page_number} is empty although there should be more users.")
        return UserPage([record(raw, "id") for raw in found.users], str(end) if end < found.total else None)

    def check(self) -> None:
        """See CheckableSource."""
        _read(self._send(0), 1)

    def _send(self, offset: int) -> Response:
        try:
            return request(
                "GET",
                _PATH,
                who="Axema",
                headers={**_basic(self._login), "Accept": "application/json"},
                query={"offset": str(offset), "limit": str(PAGE_SIZE)},
                via=self._pool(),
                limits=LIMITS,
            )
        except Unreachable:
            raise Unreachable(UNREACHABLE) from None

    def _pool(self) -> HTTPConnectionPool:
        """Connections to the address that the guard approved. The host's name is not resolved again."""
        if self._kept_pool is None:
            host, port = self._connection.api_endpoint, self._connection.api_port
            if not may_use_port(port, allows_private=self._guard.allows_private):
                raise FatalError(f"The ApiPort in the Axema settings is not allowed. It {PORT_RULE}")
            address = self._guard.address_of(host)
            scheme = "https" if is_public_address(address) or port in _TLS_PORTS else "http"
            self._kept_pool = pinned(scheme, host, port, address)
        return self._kept_pool


class _UserList(BaseModel):
    """The body of a response. Records are read one by one, so that a broken one is only skipped."""

    model_config = ConfigDict(hide_input_in_errors=True)

    users: list[Any]
    total: int


def _basic(login: str) -> dict[str, str]:
    # Text that is not Unicode cannot be right, and the encoder's error would contain it.
    return {"Authorization": "Basic " + b64encode(login.encode(errors="replace")).decode()}


def _read(response: Response, page_number: int) -> _UserList:
    match response.status:
        case 200:
            found = parse(_UserList, response, page_number)
            if len(found.users) > PAGE_SIZE:
                raise FatalError(
                    f"Axema's response for page {page_number} has {len(found.users)} users, although at most "
                    f"{PAGE_SIZE} were requested. The system at the ApiEndpoint must respect the limit."
                )
            return found
        case 401 | 403:
            raise CredentialsRejected("Axema refused the user name or the password. Check both in the Axema settings.")
        case 404:
            raise FatalError("There is no list of users at the ApiEndpoint. Check it, and the ApiPort.")
        case status:
            raise FatalError(f"Axema refused to list users (HTTP status {status}, page {page_number}).")

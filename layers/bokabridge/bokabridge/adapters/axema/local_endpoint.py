"""The source of a company's own VAKA system.

Its protocol is not public (public-facts 2.3). This file is the whole of our assumption, and the place to change it:
`GET /api/users?offset=&limit=` with HTTP Basic returns {"users": [{"id", "name", "email", "phone"}, …], "total"} in a
stable order. The list ends at its `total`, if nothing comes after that, and otherwise at the first page without new
users: `total` may be wrong or missing, and it may count records that are never sent.

Over the internet, and on ports 443 and 8443, it speaks HTTPS, and we check the certificate. In a private network, if
the deployment allows private networks, it may speak plain HTTP on other ports.
"""

from base64 import b64encode
from typing import Any

from urllib3.connectionpool import HTTPConnectionPool

from bokabridge.adapters.axema.bookmark import Bookmark
from bokabridge.adapters.axema.records import GIVE_UP_AFTER_SECONDS, UNREACHABLE, fetch_page, parse, record
from bokabridge.adapters.outbound.guarded import LIMITS, Guard, pinned
from bokabridge.adapters.outbound.request import Response, request
from bokabridge.errors import CredentialsRejected, FatalError, RetriableError, Unreachable
from bokabridge.settings.address import is_public_address
from bokabridge.settings.kinds.local_endpoint import PORT_RULE, LocalEndpoint, may_use_port
from bokabridge.settings.model import AxemaSecret
from bokabridge.text import parse_whole_number
from bokabridge.usersync.people import UserPage

PAGE_SIZE = 500
"""A page costs a commit, and 500 records fit easily in memory. We refuse a longer page: a system that ignores `limit`
may ignore `offset` too, and then we would read its first users again and again."""

_LARGEST_TOTAL = 10**9
"""A larger `total` counts as missing."""

_PATH = "/api/users"
_TLS_PORTS = frozenset({443, 8443})


class LocalEndpointSource:
    """AxemaSource for a VAKA system at an address that its company named. The cursor is a Bookmark."""

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
        before = Bookmark.read(cursor)
        users, total = self._list(before.offset, page_number)
        if not users and not before.offset and total:
            raise FatalError(f"Axema's response for page {page_number} is empty although there should be more users.")
        new = before.new_of(users, page_number)
        after = before.after(users, new, total)
        is_end = not new or (after.offset == total and (len(users) < before.size or self._ends_at(after, page_number)))
        if not is_end:
            return UserPage([record(raw, "id") for raw in new], after.cursor())
        if not new and before.offset and (total is None or total > after.offset):
            self._check_that_users_are_counted(before, page_number)
        return UserPage([record(raw, "id") for raw in new], None, _notice(after.counted, after.arrived))

    def _ends_at(self, bookmark: Bookmark, page_number: int) -> bool:
        """True unless the list goes on. A system that gives each page's own length as `total` would seem to end."""
        try:
            users, _ = self._list(bookmark.offset, page_number, give_up_after_seconds=0)
        except (FatalError, RetriableError):  # some systems refuse an offset after the end
            return True
        return bookmark.ends_with(users)

    def _check_that_users_are_counted(self, bookmark: Bookmark, page_number: int) -> None:
        """Raises FatalError if the offset counts pages, so that most users were left out and the list ended early."""
        users, _ = self._list(1, page_number, give_up_after_seconds=0)
        if bookmark.is_contradicted_by(users):
            raise FatalError(
                f"Axema's response for page {page_number} is empty, and the system at the ApiEndpoint does not count "
                "the offset in users. It must respect the offset: the number of users before the page."
            )

    def check(self) -> None:
        """See CheckableSource."""
        _read(self._send(0), 1)

    def _list(
        self, offset: int, page_number: int, give_up_after_seconds: float | None = None
    ) -> tuple[list[Any], int | None]:
        """The users from this offset, and how many there are in all, if the system says so."""
        give_up = self._give_up_after_seconds if give_up_after_seconds is None else give_up_after_seconds
        return _read(fetch_page(lambda: self._send(offset), page_number, give_up), page_number)

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


def _basic(login: str) -> dict[str, str]:
    # Text that is not Unicode cannot be right, and the encoder's error would contain it.
    return {"Authorization": "Basic " + b64encode(login.encode(errors="replace")).decode()}


def _read(response: Response, page_number: int) -> tuple[list[Any], int | None]:
    match response.status:
        case 200:
            body = parse(response, page_number, "users")
            users = body["users"]
            if len(users) > PAGE_SIZE:
                raise FatalError(
                    f"Axema's response for page {page_number} has {len(users)} users, although at most "
                    f"{PAGE_SIZE} were requested. The system at the ApiEndpoint must respect the limit."
                )
            return users, _total(body.get("total"))
        case 401 | 403:
            raise CredentialsRejected("Axema refused the user name or the password. Check both in the Axema settings.")
        case 404:
            raise FatalError("There is no list of users at the ApiEndpoint. Check it, and the ApiPort.")
        case status:
            raise FatalError(f"Axema refused to list users (HTTP status {status}, page {page_number}).")


def _total(value: Any) -> int | None:
    number = parse_whole_number(value)
    return number if number is not None and 0 <= number <= _LARGEST_TOTAL else None


def _notice(counted: int | None, arrived: int) -> str | None:
    if counted is None or counted <= arrived:
        return None
    return (
        f"Axema counted {counted} users, but its list had {arrived}. The sync read the whole list. "
        "If this stays so, check in Axema whether the list lacks someone."
    )

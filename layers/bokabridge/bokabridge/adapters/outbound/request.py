"""HTTP requests to other systems: limits of time and size, no redirects, and one layer of retries with full jitter."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ssl import SSLCertVerificationError
from urllib.parse import urlencode

import tenacity
import urllib3
from urllib3 import exceptions
from urllib3.exceptions import HTTPError

from bokabridge.adapters.outbound.connections import Patience, connect_to, ended_after
from bokabridge.adapters.outbound.retry_after import retry_after_seconds
from bokabridge.errors import DeliveryUnclear, FatalError, NotDelivered, RetriableError, Unreachable
from bokabridge.text import is_printable_ascii

ONCE_CONNECT_TIMEOUT_SECONDS = 2.0
"""For `send_once`, because a caller waits for it."""

MAX_BODY_BYTES = 64 * 1024 * 1024
"""An unpaged list of 100,000 users has about 20 MB."""

_CHUNK_BYTES = 1024 * 1024

_FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}

_RETRIABLE_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest body that we read, and the longest time that we read it."""

    body_bytes: int = MAX_BODY_BYTES
    body_seconds: float = 60.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """A complete response with a status that is not retried. Has no repr, because bodies hold personal data."""

    status: int
    body: bytes
    retry_after_seconds: float | None = None
    content_type: str = ""


def request(
    method: str,
    url: str,
    *,
    who: str,
    headers: Mapping[str, str],
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
    via: urllib3.HTTPConnectionPool | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Response:
    """Sends one request with a form or a body; `who` names the other system in messages.

    Without `via` it gets a connection of its own.

    Raises RetriableError for 408, 425, 429, 5xx, timeouts and broken connections (Unreachable if no response began),
    FatalError for a response that is too large and for a request that cannot be sent.
    """
    target = _with_query(url, query, who)
    sent = _encoded(form, who).encode() if form else body
    checked = _checked({**(via.headers if via else _ONCE), **headers, **(_FORM_HEADERS if form else {})}, who)
    try:
        if via is not None:
            return _exchange(via, method, target, sent, checked, who, limits)
        with connect_to(url) as connection:
            return _exchange(connection, method, target, sent, checked, who, limits)
    except HTTPError as error:
        raise RetriableError(f"{who} could not be reached ({_words(error)}).") from None


def _exchange(
    via: urllib3.HTTPConnectionPool,
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    who: str,
    limits: Limits,
) -> Response:
    try:
        response = _sent(via, method, url, body, headers)
    except HTTPError as error:
        kind = RetriableError if _is_bad_certificate(error) else Unreachable
        raise kind(f"{who} could not be reached ({_words(error)}).") from None
    with response:
        if response.status in _RETRIABLE_STATUS:
            raise RetriableError(
                f"{who} responded with HTTP status {response.status}.", retry_after_seconds(response.headers)
            )
        content = _read(response, limits)
    if len(content) > limits.body_bytes:
        raise FatalError(f"{who} sent a response of more than {limits.body_bytes // 1024**2} MB.")
    return Response(response.status, content, content_type=response.headers.get("Content-Type", ""))


def _sent(
    via: urllib3.HTTPConnectionPool, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
) -> urllib3.BaseHTTPResponse:
    """The response, of which only the headers are read."""
    target = urllib3.util.parse_url(url).request_uri
    return via.request(method, target, body=body, headers=headers, redirect=False, retries=False, preload_content=False)


_ONCE = {"Connection": "close"}
"""Asks the peer not to keep a connection that we use once."""


def _checked(headers: Mapping[str, str], who: str) -> Mapping[str, str]:
    """The headers if they can be sent. Raises FatalError, because the HTTP library's own error shows the value."""
    for name, value in headers.items():
        if not is_printable_ascii(value):
            raise FatalError(
                f"The request to {who} was not sent, because its header {name} has a character that is not printable "
                f"ASCII, such as a line break. Check the credentials for {who}."
            )
    return headers


def _with_query(url: str, query: Mapping[str, str] | None, who: str) -> str:
    return f"{url}?{_encoded(query, who)}" if query else url


def _encoded(members: Mapping[str, str], who: str) -> str:
    """The members of a query or a form. Raises FatalError, outside of the handler: the encoder's error has the text."""
    try:
        return urlencode(members)
    except UnicodeError:
        pass
    raise FatalError(f"The request to {who} was not sent, because it contains text that is not Unicode.")


def _read(response: urllib3.BaseHTTPResponse, limits: Limits) -> bytes:
    """Reads at most one chunk past the limit. A peer that drips bytes is cut off after `body_seconds`."""
    body = bytearray()
    try:
        with ended_after(limits.body_seconds, response.shutdown):
            while len(body) <= limits.body_bytes and (chunk := response.read1(_CHUNK_BYTES, decode_content=True)):
                body += chunk
    except TimeoutError:
        raise exceptions.TimeoutError from None
    return bytes(body)


def send_once(
    method: str,
    url: str,
    *,
    who: str,
    headers: Mapping[str, str],
    read_timeout_seconds: float,
    query: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Response:
    """Sends one request that must not be repeated blindly, and returns the response whatever its status.

    Raises NotDelivered if the request cannot have reached the other system, DeliveryUnclear if it may have, FatalError
    if it cannot be sent at all. Neither `retrying` nor urllib3 repeats it. It uses a new connection: the peer may have
    closed an older one, and then a request that was never received looks like one without a response. The response must
    be complete `read_timeout_seconds` after the connection stands.
    """
    target, checked = _with_query(url, query, who), _checked({**headers, **_ONCE}, who)
    patience = Patience(
        ONCE_CONNECT_TIMEOUT_SECONDS, read_timeout_seconds, read_timeout_seconds, ONCE_CONNECT_TIMEOUT_SECONDS
    )
    stop_at = time.monotonic() + ONCE_CONNECT_TIMEOUT_SECONDS + read_timeout_seconds
    try:
        with connect_to(url, patience) as connection, _sent(connection, method, target, body, checked) as response:
            content = _read(response, Limits(body_seconds=max(0.0, stop_at - time.monotonic())))
    except HTTPError as error:
        if _is_before_sending(error):
            raise NotDelivered(f"{who} could not be reached ({_words(error)}).") from None
        raise DeliveryUnclear(f"{who} did not respond ({_words(error)}).") from None
    if len(content) > MAX_BODY_BYTES:
        raise DeliveryUnclear(f"{who} sent a response of more than {MAX_BODY_BYTES // 1024**2} MB.")
    return Response(response.status, content, retry_after_seconds(response.headers))


def _is_before_sending(error: HTTPError) -> bool:
    """True if there was no connection yet. An error that is not known to come before sending counts as after it."""
    return isinstance(
        error,
        urllib3.exceptions.NewConnectionError  # refused, unreachable, unknown host
        | urllib3.exceptions.ConnectTimeoutError
        | urllib3.exceptions.LocationValueError,
    ) or _is_bad_certificate(error)


def _is_bad_certificate(error: HTTPError) -> bool:
    """True if the peer spoke TLS, and we do not trust its certificate."""
    return isinstance(error.args[0] if error.args else None, SSLCertVerificationError)


def retrying[T](call: Callable[[], T], give_up_after_seconds: float) -> T:
    """Repeats the call until it works. Waits for the peer's Retry-After, plus a full jitter, in between.

    Raises the last RetriableError if the next try would come more than `give_up_after_seconds` after the first.
    """
    retries = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(RetriableError),
        wait=_wait,
        stop=tenacity.stop_before_delay(give_up_after_seconds),
        reraise=True,
    )
    return retries(call)


_full_jitter = tenacity.wait_random_exponential(multiplier=0.5, max=8)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    retry_after_seconds = error.retry_after_seconds if isinstance(error, RetriableError) else None
    return (retry_after_seconds or 0.0) + _full_jitter(state)


def _words(error: HTTPError) -> str:
    match error:
        case exceptions.NameResolutionError():
            return "unknown host"
        case exceptions.NewConnectionError():  # before TimeoutError, its base class in urllib3
            return "connection refused"
        case exceptions.TimeoutError():
            return "timeout"
        case exceptions.SSLError():
            return "certificate"
        case _:
            return "connection broken"

"""HTTP requests to other systems: timeouts, a size limit, no redirects, and one layer of retries with full jitter."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from ssl import SSLCertVerificationError
from urllib.parse import urlencode

import tenacity
import urllib3
from urllib3 import exceptions
from urllib3.exceptions import HTTPError

from bokabridge.errors import DeliveryUnclear, FatalError, NotDelivered, RetriableError, Unreachable

CONNECT_TIMEOUT_SECONDS = 3.0
READ_TIMEOUT_SECONDS = 15.0
"""The longest time without a byte."""

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


def request(
    method: str,
    url: str,
    *,
    who: str,
    headers: Mapping[str, str],
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    via: urllib3.HTTPConnectionPool | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Response:
    """Sends one request; `who` names the other system in messages. `via` replaces our own connections.

    Raises RetriableError for 408, 425, 429, 5xx, timeouts and broken connections (Unreachable if no response began),
    FatalError for a response that is too large.
    """
    response: urllib3.BaseHTTPResponse | None = None
    try:
        response = (via or _pool()).request(
            method,
            _with_query(url, query),
            body=urlencode(form).encode() if form else None,
            headers={**(via.headers if via else {}), **headers, **(_FORM_HEADERS if form else {})},
            redirect=False,
            retries=False,
            preload_content=False,
        )
        with response:
            if response.status in _RETRIABLE_STATUS:
                raise RetriableError(
                    f"{who} responded with HTTP status {response.status}.",
                    _seconds(response.headers.get("Retry-After")),
                )
            body = _read(response, limits)
    except HTTPError as error:
        is_before = response is None and not _is_bad_certificate(error)
        kind = Unreachable if is_before else RetriableError
        raise kind(f"{who} could not be reached ({_words(error)}).") from None
    if len(body) > limits.body_bytes:
        raise FatalError(f"{who} sent a response of more than {limits.body_bytes // 1024**2} MB.")
    return Response(response.status, body)


def _with_query(url: str, query: Mapping[str, str] | None) -> str:
    return f"{url}?{urlencode(query)}" if query else url


def _read(response: urllib3.BaseHTTPResponse, limits: Limits) -> bytes:
    """Reads at most one chunk past the limit. A peer that drips bytes is cut off after `body_seconds`."""
    stop_at = time.monotonic() + limits.body_seconds
    body = bytearray()
    while len(body) <= limits.body_bytes:
        chunk = response.read1(_CHUNK_BYTES, decode_content=True)
        if not chunk:
            break
        body += chunk
        if time.monotonic() > stop_at:
            raise exceptions.TimeoutError
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

    Raises NotDelivered if the request cannot have reached the other system, DeliveryUnclear if it may have. Neither
    `retrying` nor urllib3 repeats it. It uses a new connection: the peer may have closed an older one, and then a
    request that was never received looks like one that was carried out without a response.
    """
    timeout = urllib3.Timeout(connect=ONCE_CONNECT_TIMEOUT_SECONDS, read=read_timeout_seconds)
    with urllib3.PoolManager(timeout=timeout) as pool:
        try:
            response = pool.request(
                method,
                _with_query(url, query),
                body=body,
                headers={**headers, "Connection": "close"},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            with response:
                content = response.read(MAX_BODY_BYTES + 1, decode_content=True)
        except HTTPError as error:
            if _is_before_sending(error):
                raise NotDelivered(f"{who} could not be reached ({_words(error)}).") from None
            raise DeliveryUnclear(f"{who} did not respond ({_words(error)}).") from None
    if len(content) > MAX_BODY_BYTES:
        raise DeliveryUnclear(f"{who} sent a response of more than {MAX_BODY_BYTES // 1024**2} MB.")
    return Response(response.status, content, _seconds(response.headers.get("Retry-After")))


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


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=READ_TIMEOUT_SECONDS))


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds. Its other form, a date, is ignored: the ordinary wait applies."""
    return float(retry_after) if retry_after and retry_after.isdigit() else None


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

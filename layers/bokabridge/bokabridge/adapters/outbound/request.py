"""HTTP to other systems: timeouts, a size limit, no redirects, and one layer of retries with full jitter."""

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

from bokabridge.errors import DeliveryUnclear, FatalError, NotDelivered, RetriableError

CONNECT_TIMEOUT_SECONDS = 3.0
READ_TIMEOUT_SECONDS = 15.0
"""Seconds without a byte."""

ONCE_CONNECT_TIMEOUT_SECONDS = 2.0
"""Of `send_once`, which somebody waits for."""

MAX_BODY_BYTES = 64 * 1024 * 1024
"""An unpaged list of 100,000 users has about 20 MB."""

_PART_BYTES = 1024 * 1024

_RETRIABLE_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may be at most: its body's size, and how long the body may take to come."""

    answer_bytes: int = MAX_BODY_BYTES
    body_seconds: float = 60.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """A whole answer with a status that is not worth retrying. Without a repr: bodies hold personal data."""

    status: int
    body: bytes
    retry_after: float | None = None


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
    """Sends one request; `who` names the other side in messages. `via` takes the place of our own connections.

    Raises RetriableError for 408, 425, 429, 5xx, timeouts and broken connections, FatalError for an answer that is
    too large.
    """
    try:
        response = (via or _pool()).request(
            method,
            f"{url}?{urlencode(query)}" if query else url,
            body=urlencode(form).encode() if form else None,
            headers={
                **(via.headers if via else {}),
                **headers,
                **({"Content-Type": "application/x-www-form-urlencoded"} if form else {}),
            },
            redirect=False,
            retries=False,
            preload_content=False,
        )
        with response:
            if response.status in _RETRIABLE_STATUS:
                raise RetriableError(
                    f"{who} answered with HTTP status {response.status}.",
                    _seconds(response.headers.get("Retry-After")),
                )
            body = _read(response, limits)
    except HTTPError as error:
        raise RetriableError(f"{who} could not be reached ({_words(error)}).") from None
    if len(body) > limits.answer_bytes:
        raise FatalError(f"{who} sent an answer of more than {limits.answer_bytes // 1024**2} MB.")
    return Response(response.status, body)


def _read(response: urllib3.BaseHTTPResponse, limits: Limits) -> bytes:
    """The body, or a little more of it than may be. Who sends a byte now and then does not hold us for ever."""
    stop_at = time.monotonic() + limits.body_seconds
    body = bytearray()
    while len(body) <= limits.answer_bytes:
        part = response.read1(_PART_BYTES, decode_content=True)
        if not part:
            break
        body += part
        if time.monotonic() > stop_at:
            raise exceptions.TimeoutError
    return bytes(body)


def send_once(
    method: str,
    url: str,
    *,
    who: str,
    headers: Mapping[str, str],
    read_timeout: float,
    query: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Response:
    """Sends one request that must not be repeated blindly, and returns the answer whatever its status.

    Raises NotDelivered when the request cannot have reached the other side, DeliveryUnclear when it may have. Neither
    `retrying` nor urllib3 repeats it. It has a connection of its own: one kept from an earlier call may have been
    closed meanwhile, which looks like a request that was carried out and not answered.
    """
    timeout = urllib3.Timeout(connect=ONCE_CONNECT_TIMEOUT_SECONDS, read=read_timeout)
    with urllib3.PoolManager(timeout=timeout) as pool:
        try:
            response = pool.request(
                method,
                f"{url}?{urlencode(query)}" if query else url,
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
            raise DeliveryUnclear(f"{who} did not answer ({_words(error)}).") from None
    if len(content) > MAX_BODY_BYTES:
        raise DeliveryUnclear(f"{who} sent an answer of more than {MAX_BODY_BYTES // 1024**2} MB.")
    return Response(response.status, content, _seconds(response.headers.get("Retry-After")))


def _is_before_sending(error: HTTPError) -> bool:
    """True when the connection was never made. What is not known to be before sending counts as after it."""
    return isinstance(
        error,
        urllib3.exceptions.NewConnectionError  # refused, unreachable, unknown host
        | urllib3.exceptions.ConnectTimeoutError
        | urllib3.exceptions.LocationValueError,
    ) or isinstance(error.args[0] if error.args else None, SSLCertVerificationError)


def retrying[T](call: Callable[[], T], give_up_after: float) -> T:
    """Calls until it works, waiting with full jitter in between, or as long as the other side's Retry-After says.

    Raises the last RetriableError when the next try would come later than `give_up_after` seconds after the first.
    """
    retries = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(RetriableError),
        wait=_wait,
        stop=tenacity.stop_before_delay(give_up_after),
        reraise=True,
    )
    return retries(call)


_full_jitter = tenacity.wait_random_exponential(multiplier=0.5, max=8)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, RetriableError) and error.retry_after else 0.0
    return asked + _full_jitter(state)


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=READ_TIMEOUT_SECONDS))


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, is answered with the ordinary waiting."""
    return float(retry_after) if retry_after and retry_after.isdigit() else None


def _words(error: HTTPError) -> str:
    match error:
        case exceptions.NameResolutionError():
            return "unknown host"
        case exceptions.NewConnectionError():  # before the timeouts, which urllib3 counts it among
            return "connection refused"
        case exceptions.TimeoutError():
            return "timeout"
        case exceptions.SSLError():
            return "certificate"
        case _:
            return "connection broken"

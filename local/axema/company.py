"""One company's VAKA system: its tokens, its counters, and the fault of the next call. Not thread-safe."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from local.axema.controls import EXPIRE_TOKENS, Controls
from local.axema.credentials import AxemaCredentials, credentials

TOKEN_LIFETIME_SECONDS = 3599

Fault = Literal["fail", "malformed", "drop"]
Counter = Literal["requests", "refused", "faultsServed", "pagesServed", "tokenRequests", "tokensIssued"]


class RefusedError(Exception):
    """The system refuses a request; `status` is the HTTP status of the response."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Admission:
    """A call that passed the checks, with the controls at that moment and the fault that it will get, if any."""

    company_id: str
    controls: Controls
    fault: Fault | None


class Company:
    """A company's VAKA system.

    Every call for users ends in exactly one way: `requests` = `pagesServed` + `faultsServed` + `refused`.
    """

    def __init__(self, company_id: str, users: int) -> None:
        self.company_id = company_id
        self.controls = Controls(users=users)
        self.counts: dict[Counter, int] = {
            "requests": 0,
            "refused": 0,
            "faultsServed": 0,
            "pagesServed": 0,
            "tokenRequests": 0,
            "tokensIssued": 0,
        }
        self._expiry_of_token: dict[str, float] = {}
        self._calls_when_failing_began = 0
        self._calls = 0
        self._pages_when_drop_was_set = 0

    @property
    def credentials(self) -> AxemaCredentials:
        """The credentials that are valid now. The control `credentialsVersion` rotates them."""
        return credentials(self.company_id, self.controls.credentials_version)

    def set_controls(self, changes: Mapping[str, Any]) -> None:
        """Change controls. Faults count calls from now on, so a test need not know about earlier calls."""
        self.controls = self.controls.merged(changes)
        if changes.get(EXPIRE_TOKENS) or "credentialsVersion" in changes:
            self._expiry_of_token.clear()
        if "failEvery" in changes:
            self._calls_when_failing_began = self._calls
        if "dropAfterPage" in changes:
            self._pages_when_drop_was_set = self.counts["pagesServed"]

    def issue_token(self, client_secret: str, now: float) -> str:
        """Create a bearer token. Raises RefusedError (401) for a wrong secret."""
        self.counts["tokenRequests"] += 1
        if self.controls.reject_credentials or client_secret != self.credentials.client_secret:
            raise RefusedError(401, "Invalid client secret provided.")
        token = f"demo-token-{secrets.token_urlsafe(24)}"
        self._expiry_of_token[token] = now + TOKEN_LIFETIME_SECONDS
        self.counts["tokensIssued"] += 1
        return token

    def honours(self, bearer: str | None, now: float) -> bool:
        """Whether this company's client has received the token and may still use it."""
        live = bearer is not None and self._expiry_of_token.get(bearer, now) > now
        return live and not self.controls.reject_credentials

    def admit(self, bearer: str | None, api_key: str | None, now: float) -> Admission:
        """Check both headers and choose the call's fault. Raises RefusedError (401 or 403)."""
        self.counts["requests"] += 1
        if not self.honours(bearer, now):
            self.counts["refused"] += 1
            raise RefusedError(401, "Unauthorized. Access token is missing or invalid.")
        if api_key != self.credentials.api_key:
            self.counts["refused"] += 1
            raise RefusedError(403, "Forbidden. The API key does not give access to this system.")
        return self._admitted()

    def admit_login(self, password: str | None) -> Admission:
        """Check the password of a call to a company's own system. Raises RefusedError (401)."""
        self.counts["requests"] += 1
        if self.controls.reject_credentials or password != self.credentials.password:
            self.counts["refused"] += 1
            raise RefusedError(401, "Unauthorized. The user name or the password is wrong.")
        return self._admitted()

    def _admitted(self) -> Admission:
        self._calls += 1
        admission = Admission(self.company_id, self.controls, self._next_fault())
        if admission.fault is not None:
            self.counts["faultsServed"] += 1
        return admission

    def state(self) -> dict[str, object]:
        """The company as `GET /_state` returns it, without its secrets."""
        ids: dict[str, object] = {"DeviceId": self.credentials.device_id, "ClientId": self.credentials.client_id}
        return ids | self.controls.to_wire() | {str(name): count for name, count in self.counts.items()}

    def _next_fault(self) -> Fault | None:
        controls = self.controls
        calls_since = self._calls - self._calls_when_failing_began
        if controls.fail_every and calls_since % controls.fail_every == 0:
            return "fail"
        if controls.malformed is not None:
            return "malformed"
        pages_since = self.counts["pagesServed"] - self._pages_when_drop_was_set
        if controls.drop_after_page and pages_since >= controls.drop_after_page:
            self.controls = controls.merged({"dropAfterPage": 0})  # only once, so that the next call can succeed
            return "drop"
        return None

"""All companies of the simulator. One lock guards every read and change of their state."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from local.axema.company import Admission, Company, Counter, RefusedError


class Registry:
    """The companies by id. The lock is never held during slow work, such as creating a body or a latency."""

    def __init__(self, companies: Mapping[str, int]) -> None:
        self._lock = threading.Lock()
        self._companies = {company_id: Company(company_id, users) for company_id, users in companies.items()}
        self._requests = 0

    def count_request(self) -> None:
        """Count a call to VAKA, from any caller. Calls to `/_state` and `/_control` do not count."""
        with self._lock:
            self._requests += 1

    def issue_token(self, client_id: str, client_secret: str) -> str:
        """Create a token. Raises RefusedError (401) for an unknown client and for a wrong secret."""
        with self._lock:
            for company in self._companies.values():
                if company.credentials.client_id == client_id:
                    return company.issue_token(client_secret, time.monotonic())
        raise RefusedError(401, "The client was not found in the directory.")

    def admit(self, device_id: str, bearer: str | None, api_key: str | None) -> Admission:
        """Check a call to VAKA Online.

        Raises RefusedError: 401 or 403 by the company, 404 if a known caller requests an unknown device.
        """
        now = time.monotonic()
        with self._lock:
            for company in self._companies.values():
                if company.credentials.device_id == device_id:
                    return company.admit(bearer, api_key, now)
            if any(company.honours(bearer, now) for company in self._companies.values()):
                raise RefusedError(404, "The device was not found.")
        raise RefusedError(401, "Unauthorized. Access token is missing or invalid.")

    def admit_login(self, username: str | None, password: str | None) -> Admission:
        """Check a call to a company's own system. Raises RefusedError (401)."""
        with self._lock:
            for company in self._companies.values():
                if company.credentials.username == username:
                    return company.admit_login(password)
        raise RefusedError(401, "Unauthorized. The user name or the password is wrong.")

    def count(self, company_id: str, counter: Counter) -> None:
        """Count an outcome that is known only after the response has been created."""
        with self._lock:
            self._companies[company_id].counts[counter] += 1

    def set_controls(self, company_id: str | None, changes: Mapping[str, Any]) -> dict[str, object]:
        """Merge checked changes into a company, which is created if unknown, or into all (None). Returns the state."""
        with self._lock:
            if company_id is not None and company_id not in self._companies:
                self._companies[company_id] = Company(company_id, users=0)
            for company in self._named(company_id):
                company.set_controls(changes)
            return self._state(company_id)

    def reset_controls(self, company_id: str | None) -> dict[str, object]:
        """Switch everything off for a company or for all (None). Raises KeyError for an unknown company."""
        with self._lock:
            for company in self._named(company_id):
                company.controls = company.controls.reset()
            return self._state(company_id)

    def state(self) -> dict[str, object]:
        """All companies and the total of requests at one consistent moment."""
        with self._lock:
            return self._state(None)

    def _named(self, company_id: str | None) -> list[Company]:
        return list(self._companies.values()) if company_id is None else [self._companies[company_id]]

    def _state(self, company_id: str | None) -> dict[str, object]:
        if company_id is not None:
            return self._companies[company_id].state()
        companies = {company.company_id: company.state() for company in self._companies.values()}
        return {"companies": companies, "requests": self._requests}

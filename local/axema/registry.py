"""All companies behind one lock: every question and every change of the simulator's state passes here."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from local.axema.company import Admission, Company, Counter, RefusedError


class Registry:
    """Nothing slow happens under the lock: bodies are built and latencies slept outside of it."""

    def __init__(self, companies: Mapping[str, int]) -> None:
        self._lock = threading.Lock()
        self._companies = {company_id: Company(company_id, users) for company_id, users in companies.items()}
        self._requests = 0

    def count_request(self) -> None:
        """Every call of VAKA's two operations, whosoever it is; the simulator's own two do not count."""
        with self._lock:
            self._requests += 1

    def issue_token(self, client_id: str, client_secret: str) -> str:
        """RefusedError (401) for an unknown client as for a wrong secret."""
        with self._lock:
            for company in self._companies.values():
                if company.credentials.client_id == client_id:
                    return company.issue_token(client_secret, time.monotonic())
        raise RefusedError(401, "The client was not found in the directory.")

    def admit(self, device_id: str, bearer: str | None, api_key: str | None) -> Admission:
        """RefusedError with 401 or 403 by the company, with 404 to a known caller asking for an unknown device."""
        now = time.monotonic()
        with self._lock:
            for company in self._companies.values():
                if company.credentials.device_id == device_id:
                    return company.admit(bearer, api_key, now)
            if any(company.honours(bearer, now) for company in self._companies.values()):
                raise RefusedError(404, "The device was not found.")
        raise RefusedError(401, "Unauthorized. Access token is missing or invalid.")

    def admit_login(self, username: str | None, password: str | None) -> Admission:
        """RefusedError (401) for an unknown user name as for a wrong password."""
        with self._lock:
            for company in self._companies.values():
                if company.credentials.username == username:
                    return company.admit_login(password)
        raise RefusedError(401, "Unauthorized. The user name or the password is wrong.")

    def count(self, company_id: str, counter: Counter) -> None:
        """For an outcome that is only known once the answer has been built."""
        with self._lock:
            self._companies[company_id].counts[counter] += 1

    def set_controls(self, company_id: str | None, changes: Mapping[str, Any]) -> dict[str, object]:
        """Merges checked changes into one company, made if unknown, or into all (None); answers with the state."""
        with self._lock:
            if company_id is not None and company_id not in self._companies:
                self._companies[company_id] = Company(company_id, users=0)
            for company in self._named(company_id):
                company.set_controls(changes)
            return self._state(company_id)

    def reset_controls(self, company_id: str | None) -> dict[str, object]:
        """Switches everything off for one company or for all (None). KeyError for an unknown company."""
        with self._lock:
            for company in self._named(company_id):
                company.controls = company.controls.reset()
            return self._state(company_id)

    def state(self) -> dict[str, object]:
        """All companies and the total of requests, as one consistent moment."""
        with self._lock:
            return self._state(None)

    def _named(self, company_id: str | None) -> list[Company]:
        return list(self._companies.values()) if company_id is None else [self._companies[company_id]]

    def _state(self, company_id: str | None) -> dict[str, object]:
        if company_id is not None:
            return self._companies[company_id].state()
        companies = {company.company_id: company.state() for company in self._companies.values()}
        return {"companies": companies, "requests": self._requests}

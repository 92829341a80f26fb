"""The customers' directory in memory; it passes the same contract tests as the adapter."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bokabridge.clock import Clock
from bokabridge.customers.model import Change, Customer, CustomerPage, CustomerWrite
from bokabridge.customers.ports import Owners


class InMemoryCustomers:
    """CustomerDirectory in dicts; `written` counts the customers that were written."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._customers: dict[tuple[str, str], Customer] = {}
        self._owners: dict[tuple[str, str], dict[str, str | None]] = {}
        self.written = 0

    def owners_by_email(self, company_id: str, emails: Collection[str]) -> Mapping[str, Owners]:
        """See CustomerDirectory."""
        return {email: self._owners[company_id, email] for email in emails if (company_id, email) in self._owners}

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        """See CustomerDirectory."""
        for write in writes:
            self.written += 1
            if write.change is Change.Adopt:
                self._owners[company_id, write.email or ""][write.customer_id] = write.axema_user_id
            now = self._clock()
            before = self._customers.get((company_id, write.customer_id))
            self._customers[company_id, write.customer_id] = Customer(
                id=write.customer_id,
                company_id=company_id,
                first_name=write.first_name,
                last_name=write.last_name,
                created_at=before.created_at if before else now,
                updated_at=now,
                email=write.email,
                phone=write.phone,
                axema_user_id=write.axema_user_id,
            )

    def search(self, company_id: str, text: str, skip: int, take: int) -> CustomerPage:
        """See CustomerDirectory."""
        of_company = sorted(
            (customer for (company, _), customer in self._customers.items() if company == company_id),
            key=lambda customer: customer.id,
        )
        matching = [customer for customer in of_company if customer.matches(text)]
        return CustomerPage(skip, len(matching), matching[skip : skip + take])

    def add(self, customer: Customer) -> None:
        """Adds a customer that did not come from a sync; a sync may adopt it later by its e-mail."""
        self._customers[customer.company_id, customer.id] = replace(customer)
        if customer.email:
            self._owners.setdefault((customer.company_id, customer.email), {})[customer.id] = None

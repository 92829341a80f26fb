"""The customers' directory in memory. It passes the same contract tests as the adapter."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bokabridge.clock import Clock
from bokabridge.customers.model import Change, Customer, CustomerEdit, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.customers.ports import Adoptable
from bokabridge.customers.search import MAX_MATCHES, Search
from bokabridge.errors import ServiceBusy
from bokabridge.paging import Page, Window


class InMemoryCustomers:
    """CustomerDirectory in dicts. `written` counts the writes that were applied."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._customers: dict[tuple[str, str], Customer] = {}
        self._unlinked: dict[tuple[str, str], str | None] = {}
        self.written = 0

    def adoptable(self, company_id: str, emails: Collection[str], user_keys: Collection[str]) -> Adoptable:
        """See CustomerDirectory."""
        by_email: dict[str, list[Customer]] = {}
        by_owner: dict[str, str] = {}
        for (company, customer_id), owner in self._unlinked.items():
            customer = self._customers.get((company, customer_id))
            if company != company_id or customer is None:
                continue
            if owner is None and customer.person.email in emails:
                by_email.setdefault(customer.person.email or "", []).append(customer)
            if owner is not None and owner in user_keys:
                by_owner[owner] = customer_id
        return Adoptable(by_email, by_owner)

    def existing(self, company_id: str, customer_ids: Collection[str]) -> Mapping[str, Customer]:
        """See CustomerDirectory."""
        found = {customer_id: self._customers.get((company_id, customer_id)) for customer_id in customer_ids}
        return {customer_id: customer for customer_id, customer in found.items() if customer is not None}

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        """See CustomerDirectory."""
        for write in writes:
            self.written += 1
            if write.change is Change.Adopt:
                if self._unlinked.get((company_id, write.customer_id), "nobody") not in (None, write.user_key):
                    raise ServiceBusy("Another user has adopted the customer.")
                self._unlinked[company_id, write.customer_id] = write.user_key
            now = self._clock()
            before = self._customers.get((company_id, write.customer_id))
            created_at = before.created_at if before else now
            kept = before.person if before and write.change is not Change.Create else Person("", "")
            person = replace(kept, **write.person.written())
            is_visible = write.shows or write.change is Change.Create or before is None or before.is_visible
            self._customers[company_id, write.customer_id] = Customer(
                write.customer_id, company_id, person, created_at, now, write.source_user_id, is_visible
            )

    def set_visible(self, company_id: str, customer_ids: Collection[str], *, is_visible: bool) -> None:
        """See CustomerDirectory."""
        for customer_id, customer in self.existing(company_id, customer_ids).items():
            self.written += 1
            changed = replace(customer, is_visible=is_visible, updated_at=self._clock())
            self._customers[company_id, customer_id] = changed

    def edit(self, company_id: str, edits: Iterable[CustomerEdit]) -> None:
        """See CustomerDirectory."""
        for edit in edits:
            stored, before = self._customers.get((company_id, edit.before.id)), edit.before
            if stored is None or (stored.person, stored.is_visible) != (before.person, before.is_visible):
                raise ServiceBusy("The customer was changed meanwhile.")
            self.written += 1
            person, is_visible, now = edit.after.person, edit.after.is_visible, self._clock()
            changed = replace(stored, person=person, is_visible=is_visible, updated_at=now)
            self._customers[company_id, stored.id] = changed

    def list(
        self, company_id: str, window: Window, after: str | None = None, *, visible: bool | None = None
    ) -> Sequence[Customer]:
        """See CustomerDirectory."""
        return window.of(each for each in self._following(company_id, after) if visible in (None, each.is_visible))

    def search(
        self,
        company_id: str,
        search: Search,
        window: Window,
        after: str | None = None,
        *,
        visible: bool | None = None,
    ) -> Page[Customer]:
        """See CustomerDirectory."""
        matching = [customer for customer in self._following(company_id, None) if search.matches(customer)]
        found = [each for each in matching[:MAX_MATCHES] if visible in (None, each.is_visible)]
        return Page(window.skip, len(found), window.of(each for each in found if each.id > (after or "")))

    def count(self, company_id: str, *, visible: bool | None = None) -> int:
        """See CustomerDirectory."""
        return sum(visible in (None, each.is_visible) for each in self._following(company_id, None))

    def make_searchable(self, company_id: str) -> int:
        """See CustomerDirectory. All customers are."""
        return self.count(company_id)

    def _following(self, company_id: str, after: str | None) -> Sequence[Customer]:
        """The company's customers with ids above this one."""
        of_company = (customer for (company, _), customer in self._customers.items() if company == company_id)
        return sorted((each for each in of_company if each.id > (after or "")), key=lambda customer: customer.id)

    def remove(self, company_id: str, customer_id: str) -> None:
        """Remove a customer, as the booking system does. Not part of CustomerDirectory."""
        del self._customers[company_id, customer_id]

    def add_unlinked(self, customer: Customer) -> None:
        """Add a customer that no sync created. A sync may adopt it by its e-mail. Not part of CustomerDirectory."""
        self._customers[customer.company_id, customer.id] = customer
        self._unlinked[customer.company_id, customer.id] = None

"""The company's customers as callers list and search them, and how many they are.

The number is stored, so that a page costs the same in every company. The commits of syncs and the removals keep it.
Syncs compare it with the directory, because another system may have added customers, a worker may have died, and a
removal may have been counted twice.
"""

from dataclasses import replace

from bokabridge.clock import Clock
from bokabridge.customers.model import Customer
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.customers.search import Search, read_search
from bokabridge.paging import Page, Window
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.link import user_key
from bokabridge.usersync.ports import JobStore, LinkStore


def find_customers(
    company_id: str,
    text: str,
    window: Window,
    after: str | None,
    visible: bool | None = None,
    *,
    customers: CustomerDirectory,
    jobs: JobStore,
    links: LinkStore,
) -> Page[Customer]:
    """The customers that match the text (read_search), in the order of their ids; "" matches all.

    `visible` chooses the active ones (True) or the inactive ones (False). Counting those reads all customers.
    The window begins after the customer with the id `after`, or without one, with the first customer.
    """
    search = read_search(text)
    if not search.is_for_everybody:
        return customers.search(
            company_id, _with_linked(company_id, search, jobs, links), window, after, visible=visible
        )
    found = customers.list(company_id, window, after, visible=visible)
    stop = window.skip + len(found)
    is_the_end = after is None and len(found) < window.take and (bool(found) or not window.skip)
    if is_the_end:
        return Page(window.skip, stop, list(found))
    headcount = jobs.headcount(company_id) if visible is None else None
    total = headcount.customers if headcount else customers.count(company_id, visible=visible)
    return Page(window.skip, max(total, stop) if found else total, list(found))


def tend_customers(
    company_id: str,
    known: Headcount | None,
    *,
    is_disturbed: bool,
    jobs: JobStore,
    customers: CustomerDirectory,
    clock: Clock,
) -> None:
    """Make all customers searchable, and correct their number, if that is due or something was disturbed.

    `known` is the number of a while ago. Raises RetriableError.
    """
    now = clock()
    if known and not is_disturbed and not known.is_due(now):
        return
    before = jobs.headcount(company_id)
    number = customers.make_searchable(company_id)
    if before is None or number != before.customers:
        number = customers.count(company_id)
    jobs.set_headcount(company_id, before, Headcount(number, now))


def _with_linked(company_id: str, search: Search, jobs: JobStore, links: LinkStore) -> Search:
    """The search that also finds the customers of Axema users with the ids that it names."""
    head = jobs.roster_head(company_id) if search.ids else None
    if head is None:
        return search
    user_keys = [user_key(head.system, source_user_id) for source_user_id in search.ids]
    linked = (link.customer_id for link in links.existing(company_id, user_keys).values() if not link.is_vacant)
    return replace(search, ids=search.ids.union(linked))

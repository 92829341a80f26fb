"""Finding the customer of a person who has no link: one that exists already, or none.

A customer is adopted only if exactly one can be the person's. Taking over another person's customer is worse than
leaving a person out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bokabridge.customers.model import Customer
from bokabridge.customers.names import names_compatible
from bokabridge.customers.person import Person
from bokabridge.customers.ports import Adoptable
from bokabridge.usersync.link import Link, is_of_system
from bokabridge.usersync.normalised import Candidate
from bokabridge.usersync.recognition import recognition_of


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about the people of a page who need a decision.

    `links` are their links by user key. `relatives` are the links of people with the same e-mail and name, by
    recognition. `predecessors` are the links of users of the former system, by the id that they have there. `is_found`
    tells whether this sync has found a user key already. `stored` has the linked customers by customer id, or is None
    if the links can be trusted without it.
    """

    company_id: str
    system: str
    links: Mapping[str, Link]
    stored: Mapping[str, Customer] | None
    relatives: Mapping[str, Sequence[Link]]
    predecessors: Mapping[str, Link]
    adoptable: Adoptable
    is_found: Callable[[str], bool]
    is_last_page: bool

    def is_lost(self, link: Link) -> bool:
        """True if the link's customer does not exist any more."""
        return self.stored is not None and link.customer_id not in self.stored

    def is_current(self, link: Link, person: Person) -> bool:
        """True if the link's customer has what the sync would write."""
        if link.content_hash != person.content_hash:
            return False
        if self.stored is None:
            return True
        written, stored = person.written(), self.stored[link.customer_id].person
        return all((getattr(stored, field) or None) == (value or None) for field, value in written.items())


@dataclass(frozen=True, slots=True)
class Choice:
    """The customer to adopt. `link` is the link that leads to it, or None if no sync created the customer."""

    customer_id: str
    link: Link | None = None
    is_own: bool = False
    """True if the user has adopted the customer before, and only the link was lost."""


class Undecided:
    """A customer may become free: its user was not found yet, and may be on a later page."""


def choose(candidate: Candidate, user_key: str, known: Known) -> list[Choice] | Undecided:
    """The customers that can be the person's. The person has no link."""
    own = known.adoptable.by_owner.get(user_key)
    if own is not None:
        return [Choice(own, is_own=True)]
    free = []
    for link in _relatives(candidate, known):
        if not is_of_system(link.user_key, known.system):
            free.append(Choice(link.customer_id, link))
        elif not known.is_found(link.user_key):
            if not known.is_last_page:
                return Undecided()
            free.append(Choice(link.customer_id, link))
    by_email = known.adoptable.by_email.get(candidate.person.email or "", ())
    free += [Choice(customer.id) for customer in by_email if names_compatible(customer.person, candidate.person)]
    return free


def _relatives(candidate: Candidate, known: Known) -> Sequence[Link]:
    """Links that are the same person's: the same e-mail and name, or everything the same without an e-mail."""
    if not known.relatives and not known.predecessors:
        return ()
    recognition = recognition_of(known.company_id, candidate.person)
    if recognition is not None:
        return known.relatives.get(recognition, ())
    predecessor = known.predecessors.get(candidate.source_user_id)
    if predecessor is None or predecessor.is_vacant:
        return ()
    return [predecessor] if predecessor.content_hash == candidate.person.content_hash else ()

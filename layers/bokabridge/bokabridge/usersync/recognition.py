"""The recognition of a person who has another user key than before."""

import hashlib

from bokabridge.customers.name_parts import split_flat
from bokabridge.customers.person import Person


def recognition_of(company_id: str, person: Person) -> str | None:
    """A hash that is equal for people of a company with the same e-mail and name; None without an e-mail or a name.

    The order of the name's words, their letter case and a flat next to them do not matter.
    """
    name = f"{person.first_name} {person.last_name}".strip()
    if not person.email or not name:
        return None
    if any(map(str.isdigit, name)):
        name = split_flat(name)[0] or name
    words = sorted(name.casefold().replace("-", " ").replace(",", " ").split())
    return hashlib.sha256("\n".join([company_id, person.email, *words]).encode()).hexdigest()[:32]

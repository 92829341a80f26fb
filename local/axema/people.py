"""Deterministic invented Swedish people, in VAKA Online's documented format of a user.

A person depends only on (company, index), so it is the same on every machine and in every run. E-mail domains are those
that RFC 2606 reserves; telephone numbers are those that PTS reserves for fiction.
Format of a user: https://developer.vakaonline.se/api-reference/reservations/get-users
"""

import unicodedata
from collections.abc import Sequence
from hashlib import blake2b
from uuid import NAMESPACE_DNS, uuid5

from local.axema.names import FAMILY_NAMES, GIVEN_NAMES

_NAMESPACE = uuid5(NAMESPACE_DNS, "people.axema.example.org")
_GROUPS_PER_COMPANY = 12
_DOMAINS = ("example.com", "example.org", "example.net")
_BROKEN_PHONES = ("070-", "12", "ring växeln", "070-174O6O5", "08-46500400 / 031-3900600", "-")

# (area code, first number of the range, how many numbers): https://www.pts.se (telephone numbers for books and film).
_FICTION_RANGES = (("070", 1740605, 95), ("08", 46500400, 100), ("031", 3900600, 100))


def person(company_id: str, index: int, version: int = 0) -> dict[str, str | None]:
    """A VAKA user with userId, name, email, userGroupId and, for about a third of the people, phone.

    Another `version` changes the family name, and with it the e-mail address if there is one; the userId stays.
    `phone` is not a documented member. It represents a source that sends more.
    """
    family, given = _family_name(company_id, index, version), _given_name(company_id, index)
    record: dict[str, str | None] = {
        "userId": _user_id(company_id, str(index)),
        "name": _full_name(company_id, index, family, given),
        "email": _email(company_id, index, family, given),
        "userGroupId": _group_id(company_id, index),
    }
    if _draw(company_id, index, "has-phone", 3) == 0:
        record["phone"] = _phone(company_id, index)
    return record


def broken_record(company_id: str, index: int) -> object:
    """An invalid record. The index selects one of six kinds in turn."""
    record: dict[str, object] = {
        "userId": _user_id(company_id, f"broken/{index}"),
        "name": f"Trasig, Post {index}",
        "email": f"trasig.{index}@example.org",
        "userGroupId": None,
    }
    match index % 6:
        case 0:
            return record | {"name": ""}
        case 1:
            return record | {"name": None}
        case 2:
            del record["userId"]
            return record
        case 3:
            return record | {"name": 4711 + index}
        case 4:
            return f"not an object: {index}"
        case _:
            return record | {"name": ("Långnamn, " + "Å" * 500)[:500]}


def _draw(company_id: str, index: int, what: str, sides: int) -> int:
    """A pseudo-random number from 0 to `sides` - 1. Draws with different names (`what`) are independent."""
    digest = blake2b(f"{company_id}/{index}/{what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % sides


def _pick(company_id: str, index: int, what: str, choices: Sequence[str]) -> str:
    return choices[_draw(company_id, index, what, len(choices))]


def _user_id(company_id: str, name: str) -> str:
    return str(uuid5(_NAMESPACE, f"{company_id}/user/{name}"))


def _group_id(company_id: str, index: int) -> str | None:
    """A group id, or None for a fifth of the people, as the documentation allows."""
    if _draw(company_id, index, "has-group", 5) == 0:
        return None
    return str(uuid5(_NAMESPACE, f"{company_id}/group/{_draw(company_id, index, 'group', _GROUPS_PER_COMPANY)}"))


def _given_name(company_id: str, index: int) -> str:
    return _pick(company_id, index, "given", GIVEN_NAMES)


def _family_name(company_id: str, index: int, version: int) -> str:
    """A family name. The version is added to the draw, because a new draw could give the same name again."""
    stock = len(FAMILY_NAMES)
    first = _draw(company_id, index, "family", stock) + version
    if _draw(company_id, index, "double-name", 12) != 0:
        return FAMILY_NAMES[first % stock]
    second = first + 1 + _draw(company_id, index, "second-family", stock - 1)
    return f"{FAMILY_NAMES[first % stock]}-{FAMILY_NAMES[second % stock]}"


def _full_name(company_id: str, index: int, family: str, given: str) -> str:
    """The name as people type it into VAKA's only field: "Last, First", some without comma, some with odd blanks."""
    if _draw(company_id, index, "comma", 100) < 3:
        return f"{family} {given}"
    match _draw(company_id, index, "blanks", 50):
        case 0:
            return f"  {family}, {given}"
        case 1:
            return f"{family},  {given} "
        case 2:
            return f"{family},{given}"
        case 3:
            return f"{family} ,\u00a0{given}"
        case _:
            return f"{family}, {given}"


def _email(company_id: str, index: int, family: str, given: str) -> str | None:
    """An e-mail address, unique by the index in it. 8 % of the people have none, 2 % an invalid one."""
    local_part = f"{_ascii(given)}.{_ascii(family)}.{index}"
    match _draw(company_id, index, "email", 100):
        case 0 | 1 | 2 | 3:
            return None
        case 4 | 5 | 6 | 7:
            return ""
        case 8:
            return f"{local_part}@"
        case 9:
            return f"{local_part}.no-at-sign"
        case _:
            return f"{local_part}@{_pick(company_id, index, 'domain', _DOMAINS)}"


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "-")


def _phone(company_id: str, index: int) -> str:
    """A telephone number, mostly in Swedish national format. One in twenty is invalid."""
    if _draw(company_id, index, "phone-broken", 20) == 0:
        return _pick(company_id, index, "broken-phone", _BROKEN_PHONES)
    area, first, count = _FICTION_RANGES[_draw(company_id, index, "phone-range", len(_FICTION_RANGES))]
    digits = str(first + _draw(company_id, index, "phone-number", count))
    match _draw(company_id, index, "phone-format", 10):
        case 0:
            return f"{area}{digits}"
        case 1:
            return f"{area}-{digits[:-4]} {digits[-4:-2]} {digits[-2:]}"
        case 2:
            return f"+46 {area[1:]} {digits}"
        case _:
            return f"{area}-{digits}"

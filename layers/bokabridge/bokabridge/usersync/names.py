"""The rules that split a full name into first and last name."""

import re

from bokabridge.customers.name_parts import is_organisation, is_particle, particle_of, split_flat
from bokabridge.settings.model import NameOrder

_ADDITIONS = (re.compile(r"([^,]+,[^,]+), ?([^,]+)"), re.compile(r"([^(]+?),? ?\(([^()]+)\)"))
_BETWEEN_PEOPLE = frozenset(("&", "+", "och", "and", "/"))


def split_name(name: str, name_order: NameOrder) -> tuple[str, str]:
    """Split a tidy name into first and last name.

    A single word, an organisation and a flat are a first name, because greetings use that one. A flat next to a
    person's name is at the end of the last name. Particles such as "von" belong to the last name.
    """
    without_flat, flat = split_flat(name)
    person, addition = _split_addition(without_flat)
    if not person or is_organisation(person):
        return name.strip(" ,"), ""
    first, last = _split_person(person, name_order)
    return first, " ".join(part for part in (last, addition, flat) if part)


def _split_addition(name: str) -> tuple[str, str]:
    """In "Berg, Anna, Brf Solen" and "Berg Anna (Brf Solen)", the person and the organisation."""
    for pattern in _ADDITIONS:
        found = pattern.fullmatch(name)
        if found and is_organisation(found[2]) and not is_organisation(found[1]):
            return found[1], found[2]
    return name, ""


def _split_person(name: str, name_order: NameOrder) -> tuple[str, str]:
    last, comma, first = name.partition(",")
    if comma:
        return _split_at_comma(first.strip(" ,").split(), last.split())
    words = name.split()
    if len(words) == 1 or all(is_particle(words, at) for at in range(len(words))):
        return name, ""
    first_words, last_words = _by_order(words, name_order)
    edges = {*first_words[:1], *first_words[-1:], *last_words[:1], *last_words[-1:]}
    if not _BETWEEN_PEOPLE.isdisjoint(edges):  # "Berg & Dal" is not a person called "& Dal"
        return name, ""
    return " ".join(first_words), " ".join(last_words)


def _split_at_comma(first: list[str], last: list[str]) -> tuple[str, str]:
    """A comma comes after the last name, unless the name after it begins with a particle: "Anna, von Ekfors"."""
    names = len(first)
    while names and _can_connect(first, names - 1):  # "Ekfors, Anna von"
        names -= 1
    last, first = first[names:] + last, first[:names]
    if len(first) > 1 and is_particle(first, 0) and not any(is_particle(last, at) for at in range(len(last))):
        first, last = last, first
    return " ".join(first), " ".join(last)


def _by_order(words: list[str], name_order: NameOrder) -> tuple[list[str], list[str]]:
    """The words of the first and of the last name, for a name of at least two words without a comma."""
    if name_order is NameOrder.LastFirst or _is_surely_particle(words):
        return _last_name_first(words)
    start = next((at for at in range(1, len(words) - 1) if is_particle(words, at)), len(words) - 1)
    return words[:start], words[start:]


def _is_surely_particle(words: list[str]) -> bool:
    """True if the name begins with a particle that is never a first name, even with a capital letter."""
    return is_particle(words[:2], 0)


def _last_name_first(words: list[str]) -> tuple[list[str], list[str]]:
    """In which the last name goes on while particles connect its words: "de Geer af Leufsta Carl"."""
    if len(words) > 2 and is_particle(words, len(words) - 1) and words[-1].islower():  # "Ekfors Anna von"
        first, last = _last_name_first(words[:-1])
        return first, [words[-1], *last]
    end = _end_of_surname(words, 0)
    while end < len(words) - 1 and _can_connect(words, end):
        end = _end_of_surname(words, end)
    later = next((at for at in range(end, len(words)) if _can_connect(words, at)), len(words))
    if is_particle(words, 0) or (end < len(words) and later == len(words)):
        return words[end:later], words[:end] + words[later:]
    start = next(at for at in range(1, len(words)) if _can_connect(words, at))
    return words[:start], words[start:]  # the name is in the other order: "Anna von Ekfors"


def _can_connect(words: list[str], at: int) -> bool:
    """True for a particle in the middle of a name. A capital letter can mean a name there: Vietnamese "Le Van Minh"."""
    particle = particle_of(words[at])
    is_no_name = particle.islower() or particle.lower() in ("von", "af", "av", "zu")
    is_before_another = at + 1 < len(words) - 1 and is_particle(words, at + 1)
    return is_particle(words, at) and (is_no_name or is_before_another)


def _end_of_surname(words: list[str], start: int) -> int:
    """The place after the particles that begin here and the one word that they belong to."""
    end = start
    while end < len(words) - 1 and is_particle(words, end):
        end += 1
    return end + 1

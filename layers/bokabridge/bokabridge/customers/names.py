"""Comparing two people's names, to decide whether they can be one person's."""

import re
import unicodedata

from bokabridge.customers.name_parts import is_organisation, is_particle, split_flat
from bokabridge.customers.person import Person
from bokabridge.text import tidy

_BETWEEN_WORDS = re.compile(r"[\s,()\u2010-\u2015-]+")


def names_compatible(one: Person, other: Person) -> bool:
    """True if both names can be one person's, who married, left a name out, or is entered in the other order.

    One name's words must all be in the other, where an initial stands for one word. Or the first names must agree: one
    has all words of the other, or they begin with the same word. Case, particles and flats do not count. A person
    without a name is compatible with everybody. The names of organisations and flats must have the same words.
    """
    words, other_words = _words(_full_name(one)), _words(_full_name(other))
    if not words or not other_words:
        return True
    if not (_is_a_persons(one) and _is_a_persons(other)):
        return words == other_words
    return (
        _is_contained(words, other_words)
        or _is_contained(other_words, words)
        or _first_names_agree(one.first_name, other.first_name)
    )


def _full_name(person: Person) -> str:
    return f"{person.first_name} {person.last_name}"


def _is_a_persons(named: Person) -> bool:
    name = tidy(_full_name(named))
    return bool(split_flat(name)[0]) and not is_organisation(name)


def _words(name: str) -> frozenset[str]:
    """The words that tell people apart. A name that is only a flat, or only particles, has all of its words."""
    readable = tidy(name)
    name_alone = split_flat(readable)[0] or readable
    parts = _BETWEEN_WORDS.split(name_alone)
    without_particles = " ".join(part for at, part in enumerate(parts) if not is_particle(parts, at))
    folded = unicodedata.normalize("NFC", (without_particles or name_alone).casefold())
    return frozenset(word for part in _BETWEEN_WORDS.split(folded) if (word := part.strip(".'\"")))


def _is_contained(words: frozenset[str], others: frozenset[str]) -> bool:
    """True if the others have all of the words, of which at least one is not an initial."""
    missing = words - others
    left = others - words
    if not any(len(word) > 1 for word in words & others):
        return words == others
    return all(len(word) == 1 and any(other.startswith(word) for other in left) for word in missing)


def _first_names_agree(one: str, other: str) -> bool:
    words, other_words = _words(one), _words(other)
    if not words or not other_words:
        return False
    first, other_first = (_words(tidy(name).split(" ")[0]) for name in (one, other))
    is_initial = len(min(words, key=len)) == 1 and len(words) == 1
    return not is_initial and (words <= other_words or other_words <= words or first == other_first)

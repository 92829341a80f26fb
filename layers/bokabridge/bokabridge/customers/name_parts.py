"""The parts of a name that are not first or last names: surname particles, flats, and the words of organisations."""

import re

_ALWAYS = frozenset("von vom af av zu zum zur de der del della des dos ter ibn".split())
"""Particles, also with a capital letter."""

_IN_LONG_NAMES = frozenset("van di el al dal dalla".split())
"""Particles that are names too when they have a capital letter and the whole name has only two words."""

_IN_LOWER_CASE = frozenset("la le lo do du da das den ten te bin abu und y op het 't".split())
"""Particles in lower case or after another one. With a capital letter they are names, such as the surname Le."""

_ANY_PARTICLE = _ALWAYS | _IN_LONG_NAMES | _IN_LOWER_CASE

_UPPER_CASE_FORMS = frozenset(("AB", "HB", "KB", "AS", "AG", "BV", "NV"))
_FORMS = frozenset(
    "brf hsb riksbyggen firma kommun kommunen för inc ltd limited llc gmbh oy oyj aps a/s plc sarl".split()
)
_ENDINGS = tuple(
    end + article
    for end in ("förening", "bolag", "stiftelse", "styrelse", "samfällighet", "klubb", "förvaltning", "församling")
    for article in ("", "n", "en", "et")
)
_COMPANY = re.compile(r"\b(?:&|och|and) Co\b\.?", re.IGNORECASE)

_KEYWORD = r"(?:lgh|lght|lägenhet(?:en)?|apt|apartment|flat|tr|trappa|trappor|vån|våning|plan|port|uppg|uppgång|nr)"
_NUMBER = r"[^\W\d_]{0,2}-?\d+(?:[:/.-]?\d+)*[^\W\d_]{0,2}"
_ITEM = (
    rf"(?:(?:{_KEYWORD}[.:]*\s*)*{_NUMBER}(?:\s*(?:tr|trappor)\b\.?)?"
    r"|(?:lgh|lght|lägenhet|port|uppg|uppgång)[.:]*\s*[^\W\d_]|lgh|lägenhet)"
)
_END = r"(?=$|[\s,;:/)\]–-])"
_FLAT = re.compile(rf"(?<![^\s,;:(\[]){_ITEM}{_END}(?:[\s,]+(?:{_ITEM}|bv|nb){_END})*", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
_REPEATED_COMMAS = re.compile(r"\s*,(?:\s*,)+")
_WORDS = re.compile(r"[\s,-]+")


def is_particle(words: list[str], at: int) -> bool:
    """True if this word of a name is a surname particle, such as "von" or "de". Case tells most names from particles.

    The first word of a name counts with a small letter or if nobody has it as a name.
    """
    word, lower = words[at], words[at].lower()
    if lower not in _ANY_PARTICLE:
        return False
    if lower in _ALWAYS or word == lower:
        return True
    if at > 0 and is_particle(words, at - 1):
        return True
    is_before_another = at + 1 < len(words) and words[at + 1].lower() in _ANY_PARTICLE
    return lower in _IN_LONG_NAMES and (len(words) > 2 or is_before_another)


def is_organisation(name: str) -> bool:
    """True if a whole word says that the name is a company's or an association's, such as "Brf" or "AB"."""
    words = _WORDS.split(name.strip(" ,"))
    lower = [word.lower().strip(".") for word in words]
    return (
        not _UPPER_CASE_FORMS.isdisjoint(words)
        or (len(words) > 1 and lower[-1] in ("ab", "hb", "kb"))
        or any(word in _FORMS or word.endswith(_ENDINGS) for word in lower)
        or bool(_COMPANY.search(name))
    )


def split_flat(name: str) -> tuple[str, str]:
    """The tidy name without the flat, and the flat as it is written; other numbers count as flats too.

    The first is empty if the name is only a flat.
    """
    flats = [found[0].strip(" ,") for found in _FLAT.finditer(name)]
    if not flats:
        return name, ""
    rest = _EMPTY_BRACKETS.sub(" ", _FLAT.sub(" ", name))
    rest = " ".join(_REPEATED_COMMAS.sub(",", rest).split()).strip(" ,;:/–-")
    has_letters = any(char.isalpha() for char in rest)
    return (rest, " ".join(flats)) if has_letters else ("", name)

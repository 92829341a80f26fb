"""The parts of a name that are not first or last names: surname particles, flats, and the words of organisations."""

import re

_ALWAYS = frozenset(
    ("von", "vom", "af", "av", "zu", "zum", "zur", "de", "der", "del", "della", "des", "dos", "ter", "ibn")
)
"""Particles, also with a capital letter."""

_IN_LONG_NAMES = frozenset(["van", "di", "el", "al", "dal", "dalla", "du", "la", "den", "das", "ten"])
"""Particles that are names too when they have a capital letter and the whole name has only two words."""

_IN_LOWER_CASE = frozenset(("le", "lo", "do", "da", "te", "bin", "abu", "und", "y", "op", "het", "'t"))
"""Particles in lower case or after another one. With a capital letter they are names, such as the surname Le."""

_ANY_PARTICLE = _ALWAYS | _IN_LONG_NAMES | _IN_LOWER_CASE

_ORGANISATION = re.compile(
    r"""(?:^|[\s,-])  # a whole word
    (?: (?-i:AB|HB|KB|AS|AG|BV|NV) | (?<=[^,-]\s)(?:AB|HB|KB)$ | (?:&|och|and)[ ]Co
      | Brf|HSB|Riksbyggen|Firma|Kommun|Kommunen|För|Inc|Ltd|Limited|LLC|GmbH|Oy|Oyj|ApS|A/S|PLC|SARL )
    (?=$|[\s,.-])
    |  # the end of a word
    (?:förening|bolag|stiftelse|styrelse|samfällighet|klubb|förvaltning|församling)(?:en|et|n)?(?=$|[\s,.-])""",
    re.IGNORECASE | re.VERBOSE,
)
"""The words of companies and associations. Short ones need capital letters, or the last place in the name."""

_KEYWORD = (
    r"(?:lgh|lght|lghnr|lägenhet(?:en)?|lägenhets?(?:nr|nummer)|apt|apartment|flat|tr|trappa|trappor|trapphus|vån|våning"
    r"|plan|port|uppg|uppgång|hus|rum|nr|\#)"
)
_NUMBER = r"[^\W\d_]{0,2}-?\d+(?:[:/.-]\d+)*[^\W\d_]{0,2}"
_ITEM = (
    rf"(?:(?:{_KEYWORD}[.:]*\s*)*{_NUMBER}(?:\s*(?:tr|trappor)\b\.?)?"
    r"|(?:lgh|lght|lägenhet|port|uppg|uppgång)[.:]*\s*[^\W\d_]|lgh|lägenhet)"
)
_END = r"(?=$|[\s,;:|/)\]\u2013-])"
_FLAT = re.compile(rf"(?<![^\s,;:|/(\[-]){_ITEM}{_END}(?:[\s,]+(?:{_ITEM}|bv|nb|ög|öv|tv|th){_END})*", re.IGNORECASE)
_MAY_HAVE_A_FLAT = re.compile(r"\d|lgh|lägenhet|port|uppg", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
_LOOSE_SIGNS = re.compile(r"(?<!\S)[-/|:;\u2013]+|[-/|:;\u2013]+(?=$|[\s,])")
_REPEATED_COMMAS = re.compile(r"\s*,(?:\s*,)+")


def is_particle(words: list[str], at: int) -> bool:
    """True if this word of a name is a surname particle, such as "von", or ends with one, as in "Berg-von Ekfors".

    The letter case decides about particles that are also names.
    """
    word = particle_of(words[at])
    lower = word.lower()
    if lower not in _ANY_PARTICLE:
        return False
    if lower in _ALWAYS or word == lower:
        return True
    if at > 0 and is_particle(words, at - 1):
        return True
    is_before_another = at + 1 < len(words) and words[at + 1].lower() in _ANY_PARTICLE
    return lower in _IN_LONG_NAMES and (len(words) > 2 or is_before_another)


def particle_of(word: str) -> str:
    """The part of the word that can be a particle: the word, or what is in lower case after its last hyphen."""
    end = word.rpartition("-")[2]
    return end if end.islower() else word


def is_organisation(name: str) -> bool:
    """True if a whole word says that the name is a company's or an association's, such as "Brf" or "AB"."""
    return bool(_ORGANISATION.search(name))


def split_flat(name: str) -> tuple[str, str]:
    """The tidy name without the flat, and the flat as it is written; other numbers count as flats too.

    The first is empty if the name is only a flat.
    """
    flats = [found[0].strip(" ,") for found in _FLAT.finditer(name)] if _MAY_HAVE_A_FLAT.search(name) else []
    if not flats:
        return name, ""
    rest = _LOOSE_SIGNS.sub(" ", _EMPTY_BRACKETS.sub(" ", _FLAT.sub(" ", name)))
    rest = " ".join(_REPEATED_COMMAS.sub(",", rest).split()).strip(" ,")
    has_letters = any(char.isalpha() for char in rest)
    return (rest, " ".join(flats)) if has_letters else ("", name)

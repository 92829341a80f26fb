"""Splitting any name keeps its words, and puts neither a particle nor a flat into a first name."""

from hypothesis import given
from hypothesis import strategies as st

from bokabridge.customers.name_parts import is_organisation, is_particle, split_flat
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.names import split_name

WORDS = st.sampled_from(
    ["Anna", "Maria", "Svensson", "von", "af", "de", "la", "Van", "lgh", "1201", "&", "AB", "Brf", "Le", ","]
)
NAMES = st.lists(WORDS, min_size=1, max_size=7).map(" ".join).filter(lambda name: bool(name.strip(", ")))


@given(NAMES, st.sampled_from(NameOrder))
def test_no_word_of_a_name_is_lost_or_invented(name: str, order: NameOrder) -> None:
    first, last = split_name(name, order)
    letters = sorted(char for char in name if char.isalnum())
    assert sorted(char for char in first + last if char.isalnum()) == letters
    assert first or last


@given(NAMES, st.sampled_from(NameOrder))
def test_first_name_of_a_person_never_begins_with_a_particle_or_has_a_flat(name: str, order: NameOrder) -> None:
    first, last = split_name(name, order)
    person_alone, _ = split_flat(name)
    if not last or is_organisation(name) or "&" in name:
        return
    assert "1201" not in first
    words = person_alone.split()
    if "," not in name and not all(is_particle(words, at) for at in range(len(words))):
        assert first.split()[:1] not in (["von"], ["af"], ["de"])

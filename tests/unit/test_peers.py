"""docs/peers.md names a source for all that it says about the peers."""

import re

from local.stack.paths import ROOT

PAGE = (ROOT / "docs" / "peers.md").read_text()
SOURCE = re.compile(r"\[([A-Z]\d)\](?!:)")


def peers() -> list[list[str]]:
    """The cells of each row about a peer."""
    tables = PAGE.split("## What we took")[0]
    rows = [line.strip("| ").split(" | ") for line in tables.splitlines() if line.startswith("| ")]
    return [cells for cells in rows if cells[0] != "Peer" and not cells[0].startswith("**")]


def test_each_cell_has_a_source() -> None:
    assert len(peers()) == 3 * 7
    assert [(cells[0], cell) for cells in peers() for cell in cells[1:] if not SOURCE.search(cell)] == []


def test_each_source_is_named_and_used() -> None:
    addresses = dict(re.findall(r"^\[([A-Z]\d)\]: (https://\S+)$", PAGE, re.MULTILINE))
    assert set(SOURCE.findall(PAGE)) == addresses.keys()

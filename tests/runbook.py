"""docs/runbook.md: its sections, their parts, and the texts that it says commands print."""

import re
from dataclasses import dataclass

from local.stack.paths import ROOT
from tests.template import resources

DOCUMENT = ROOT / "docs" / "runbook.md"
PARTS = ("What you see.", "Look.", "Do.", "Never do.")
_BLOCK = re.compile(r"```\n(.*?)^```$(?:\n\nPrints: ([^\n]*))?", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of commands, and texts that they print."""

    commands: str
    prints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section by its title, with the text of each part in PARTS."""

    title: str
    parts: dict[str, str]

    @property
    def anchor(self) -> str:
        """The end of a link to the section, as GitHub writes it."""
        return anchor_of(self.title)

    def blocks(self, part: str) -> list[Block]:
        """The blocks of commands in a part."""
        return [Block(commands, spans(prints or "")) for commands, prints in _BLOCK.findall(self.parts[part])]


def sections() -> dict[str, Section]:
    """The sections about faults, by title."""
    found = {}
    for text in DOCUMENT.read_text().split("\n## ")[1:]:
        title, _, body = text.partition("\n")
        pieces = re.split(r"^\*\*([A-Z][a-z ]+\.)\*\*", body, flags=re.MULTILINE)
        if len(pieces) > 1:
            found[title] = Section(title, dict(zip(pieces[1::2], pieces[2::2], strict=True)))
    return found


def anchors() -> set[str]:
    """The ends of links to the sections of the whole page."""
    return {anchor_of(title) for title in re.findall(r"^##+ (.*)$", DOCUMENT.read_text(), re.MULTILINE)}


def anchor_of(title: str) -> str:
    """The anchor that GitHub gives to a title."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def spans(text: str) -> tuple[str, ...]:
    """The texts between backticks."""
    return tuple(re.findall(r"`([^`\n]+)`", text))


def rows_of_alarms() -> dict[str, str]:
    """The name or pattern of alarms → the section's anchor, from the page's table."""
    table = DOCUMENT.read_text().split("\n## Alarms and sections\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.*`) \| \[.*\]\(#(.*)\) \|$", table, re.MULTILINE)
    return {name: anchor for names, anchor in rows for name in spans(names)}


def alarms_named(name: str) -> set[str]:
    """The alarms of the template that a name stands for. `…` at its beginning stands for any text."""
    all_alarms = {each for each, resource in resources().items() if resource["Type"] == "AWS::CloudWatch::Alarm"}
    if not name.startswith("…"):
        return all_alarms & {name}
    return {each for each in all_alarms if each.endswith(name[1:])}

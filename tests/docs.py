"""The commands that a document has in its shell blocks, by the section that they stand in."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^(?:<!-- (?:aws only: (?P<why>[^\n]+)|(?P<stays>in a shell of its own)) -->\n)?"
    r"```(?:bash|sh)?\n(?P<commands>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block, and what the comment before it says.

    `<!-- aws only: why -->` is in `aws_only`: it is not run here. `stays`: `<!-- in a shell of its own -->`.
    """

    section: str
    commands: str
    aws_only: str | None
    stays: bool


def blocks(document: Path) -> list[Block]:
    """All blocks, in order."""
    found = []
    for part in re.split(r"^##+ ", document.read_text(), flags=re.MULTILINE):
        section = part.partition("\n")[0]
        found += [Block(section, each["commands"], each["why"], bool(each["stays"])) for each in _BLOCK.finditer(part)]
    return found


def commands(document: Path, section: str) -> str:
    """What a section says to run here. Raises LookupError for one that has nothing."""
    found = [block.commands for block in blocks(document) if block.section == section and block.aws_only is None]
    if not found:
        raise LookupError(f"{document.name} has no commands under {section!r}.")
    return "\n".join(found)

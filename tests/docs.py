"""The shell commands in a document, by section."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^(?:<!-- (?:aws only: (?P<why>[^\n]+)|(?P<keeps_running>in a shell of its own)) -->\n)?"
    r"```(?:bash|sh)?\n(?P<commands>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of commands.

    `aws_only` is the reason in the comment `<!-- aws only: why -->` before the block. Tests do not run such a block.
    `keeps_running` means that the comment before the block is `<!-- in a shell of its own -->`.
    """

    section: str
    commands: str
    aws_only: str | None
    keeps_running: bool


def blocks(document: Path) -> list[Block]:
    """All blocks of a document, in order."""
    found = []
    for part in re.split(r"^##+ ", document.read_text(), flags=re.MULTILINE):
        section = part.partition("\n")[0]
        found += [
            Block(section, each["commands"], each["why"], bool(each["keeps_running"])) for each in _BLOCK.finditer(part)
        ]
    return found


def commands(document: Path, section: str) -> str:
    """The commands of a section that tests can run. Raises LookupError for a section without any."""
    found = [block.commands for block in blocks(document) if block.section == section and block.aws_only is None]
    if not found:
        raise LookupError(f"{document.name} has no commands under {section!r}.")
    return "\n".join(found)

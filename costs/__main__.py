"""Writes docs/cost.md, and prints it."""

import json
from typing import Any

from costs.files import COUNTED, PAGE
from costs.page import page


def counted() -> dict[str, Any]:
    """The stored counts."""
    found: dict[str, Any] = json.loads(COUNTED.read_text())
    return found


def main() -> None:
    """Write the page and print it."""
    text = page(counted())
    PAGE.write_text(text)
    print(text)


if __name__ == "__main__":
    main()

"""A program that reads Axema's list from a URL: `python -m tests.reader vaka|local URL`.

Prints a line with the number of records, or with the error, and a line with the most memory that it took, in MB.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from bokabridge.errors import FatalError
from bokabridge.usersync.source_ports import AxemaSource
from tests.axema import connect, connect_locally
from tests.data import COMPANY_ID


def count_records(source: AxemaSource) -> Iterator[int]:
    """The number of records on each page, of which no page is kept."""
    cursor, page_number = None, 1
    while cursor is not None or page_number == 1:
        page = source.fetch(cursor, page_number)
        yield len(page.records)
        cursor, page_number = page.next_cursor, page_number + 1


def main(kind: str, url: str) -> None:
    """Read all pages."""
    source: AxemaSource = connect(url, COMPANY_ID) if kind == "vaka" else connect_locally(url, COMPANY_ID)
    try:
        print(sum(count_records(source)), "records")
    except FatalError as error:
        print(error)
    lines = Path("/proc/self/status").read_text().splitlines()
    print(next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""One run of the benchmark's dlt pipeline, in its own environment. Prints the seconds that it took."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import dlt

from benchmarks.bench import Bench
from benchmarks.peers import items, table_writer


def main() -> None:
    """Run the pipeline for the company in the first argument."""
    request = json.loads(sys.argv[1])
    bench, company_id = Bench(request["aws"], request["axema"]), request["company"]
    table = table_writer(request["aws"], request["table"])

    @dlt.destination(batch_size=1000, name="customers")
    def customers(batch: list[dict[str, Any]], _table: Any) -> None:
        with table.batch_writer() as writer:
            for item in batch:
                writer.put_item(Item={name: str(value) for name, value in item.items()})  # dlt parses dates

    @dlt.resource(name="people")
    def people() -> Iterator[dict[str, Any]]:
        yield from items(bench.source(company_id), company_id)

    pipeline = dlt.pipeline("bokabridge", destination=customers)
    begun = time.perf_counter()
    pipeline.run(people())
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main()

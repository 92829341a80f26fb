"""What could not be counted. Each constant says where it comes from; the page shows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number with its unit, and where it comes from."""

    value: float
    unit: str
    source: str


SYNC_SECONDS = {
    "initial": Assumption(0.75, "s of work for 1,000 people, all new", "`make bench` on two shared processors"),
    "unchanged": Assumption(0.125, "s of work for 1,000 people, none changed", "`make bench`"),
    "1 % changed": Assumption(0.205, "s of work for 1,000 people, 10 changed", "`make bench`"),
}
"""The emulator's answers are part of these times."""

SLOWDOWN = Assumption(
    1769 / 512,
    "times as long with 512 MB as with a whole processor",
    "AWS: a function has one processor at 1,769 MB",
)
PAGE_SECONDS = Assumption(0.3, "s until Axema sends a page", "assumed; VAKA Online has not been measured")
VOSS_SECONDS = Assumption(0.3, "s until VOSS answers", "assumed; VOSS has not been measured")
SMALL_SECONDS = Assumption(0.1, "s for any other invocation", "assumed: one or two calls to DynamoDB, warm")
LOG_BYTES = Assumption(2000, "bytes of logs per invocation", "assumed: Lambda's own lines and two of ours")

ALL = [*SYNC_SECONDS.values(), SLOWDOWN, PAGE_SECONDS, VOSS_SECONDS, SMALL_SECONDS, LOG_BYTES]

MEMORY_GB = 0.5
RECONCILER_GB = 1769 / 1024
"""As in template.yaml; tests/unit/test_costs.py compares them."""

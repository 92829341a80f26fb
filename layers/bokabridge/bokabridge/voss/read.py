"""Reading one usage from the ledger."""

from bokabridge.errors import NotFound
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.usage import Usage


def get_usage(company_id: str, usage_id: str, *, ledger: UsageLedger) -> Usage:
    """The company's usage with this id. Raises NotFound, also for another company's usage."""
    usage = ledger.find(company_id, usage_id)
    if usage is None:
        raise NotFound("There is no usage with this id.")
    return usage

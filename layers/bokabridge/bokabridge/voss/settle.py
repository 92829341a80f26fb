"""Settling a disputed usage: a person decides whether it is billed."""

from bokabridge.errors import Conflict
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.read import get_usage
from bokabridge.voss.usage import Settlement, Usage, UsageState


def settle_usage(company_id: str, usage_id: str, settlement: Settlement, *, ledger: UsageLedger) -> Usage:
    """The record with the decision. The same decision again changes nothing, and the first note stays.

    Raises NotFound, Conflict if the usage is not disputed, or RetriableError.
    """
    usage = get_usage(company_id, usage_id, ledger=ledger)
    if usage.state is UsageState.Disputed:
        settled = usage.settled_by(settlement)
        if ledger.change(usage, settled):
            return settled
        usage = get_usage(company_id, usage_id, ledger=ledger)  # another person was faster, or our own lost write
    if usage.settlement is None:
        raise Conflict(
            f"The usage is {usage.state}, so there is nothing to decide. Only a disputed usage can be settled."
        )
    if usage.settlement.outcome is not settlement.outcome:
        raise Conflict(f"The usage has already been settled as {usage.settlement.outcome}. That decision is final.")
    return usage

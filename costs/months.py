"""A month of 30 days with 100 companies of 1,000 people each, and 1,000 usages."""

from costs.assumptions import LOG_BYTES, MEMORY_GB, RECONCILER_GB, SMALL_SECONDS, VOSS_SECONDS
from costs.bill import added, bill_of, times
from costs.designs import Counted, ours

COMPANIES, DAYS = 100, 30
MINUTES, HOURS = DAYS * 24 * 60, DAYS * 24


def usages(counted: Counted, number: int) -> dict[str, float]:
    """Usages that VOSS accepts, each by a request of its own to a warm API."""
    counts = dict(counted["usages"])
    measured = counts.pop("usages")
    requests = {"api_gateway": measured, "lambda_request": measured}  # API Gateway asks the authorizer each time
    seconds = measured * (VOSS_SECONDS.value + 2 * SMALL_SECONDS.value)
    logs = {"log_ingestion": 2 * measured * LOG_BYTES.value}
    bill = added(bill_of(counts), requests, {"lambda_gb_second": seconds * MEMORY_GB}, logs)
    return times(bill, number / measured)


def idle(counted: Counted, store: str) -> dict[str, float]:
    """What exists without any sync or usage: tables, secrets, alarms, metrics, and the functions that always run."""
    functions = counted["idle"]["functions"]
    reconciling = times(bill_of(functions["VossReconcileFunction"]), MINUTES)
    overdue = times(bill_of(functions["UserSyncOverdueFunction"]), HOURS)
    overdue["dynamodb_read"] *= COMPANIES  # it was counted for one company
    stored = counted["stored bytes of a company"] * COMPANIES
    logs = (MINUTES + HOURS) * LOG_BYTES.value
    exists = {
        "secret": 1 + (COMPANIES if store == "SecretsManager" else 0),
        "parameter": COMPANIES if store == "ParameterStore" else 0,
        "alarm": counted["alarms"],
        "dashboard": counted["dashboards"],
        "metric": len(counted["idle"]["metrics"]),
        "dynamodb_storage": stored,
        "dynamodb_backup": stored,
        "log_ingestion": logs,
        "log_storage": logs,
        "lambda_gb_second": SMALL_SECONDS.value * (MINUTES * RECONCILER_GB + HOURS * MEMORY_GB),
    }
    return added(exists, reconciling, overdue)


def nightly(counted: Counted, store: str) -> dict[str, float]:
    """The syncs of that month, one each night, that find nothing changed."""
    bill = ours(counted, "unchanged")
    if store == "ParameterStore":
        bill["kms_call"] = bill.pop("secret_call")
    return times(bill, COMPANIES * DAYS)

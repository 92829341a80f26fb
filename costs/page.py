"""docs/cost.md: tables of counted operations times prices."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from costs.assumptions import ALL, SYNC_SECONDS
from costs.bill import Bill, added, cost, price_list, prices, times, total
from costs.designs import DESIGNS, Counted, ours
from costs.months import COMPANIES, DAYS, idle, nightly, usages

_SERVICES = {
    "DynamoDB": ("dynamodb_write", "dynamodb_read", "dynamodb_storage", "dynamodb_backup"),
    "Step Functions": ("step_functions",),
    "Lambda": ("lambda_request", "lambda_gb_second"),
    "API Gateway": ("api_gateway",),
    "Secrets": ("secret", "secret_call", "parameter", "kms_call"),
    "Scheduler": ("scheduler",),
    "Alarms": ("alarm",),
    "Metrics": ("metric",),
    "Dashboard": ("dashboard",),
    "Logs": ("log_ingestion", "log_storage"),
}


def page(counted: Counted) -> str:
    """The whole page."""
    parts = [_head(), _syncs(counted), _usages(counted), _months(counted), _counts(counted), _basis()]
    return "\n\n".join(parts) + "\n"


def by_service(bill: Bill) -> dict[str, float]:
    """The bill's sums in USD by service, without those that cost nothing."""
    sums = {service: sum(cost(each, bill.get(each, 0)) for each in names) for service, names in _SERVICES.items()}
    return {service: usd for service, usd in sums.items() if usd}


def dominant(bill: Bill) -> str:
    """The service that costs most, and its part of the whole."""
    sums = by_service(bill)
    service = max(sums, key=lambda each: sums[each])
    return f"{service}, {sums[service] / total(bill):.0%}"


def _head() -> str:
    read, region = price_list()["read"], price_list()["region"]
    return f"""# What it costs

`make cost` writes this page from operations that it counts (`tests/counted_costs.py` runs the functions' handlers) and
from AWS's list prices (`costs/prices.toml`), as published for {region}, read on {read}. **Prices of eu-north-1 were not
to be had in text**, except for Step Functions, where they are the same; DynamoDB and API Gateway are usually dearer in
Europe, so check them before you rely on a sum. USD, without free tiers, taxes, and data sent to the internet."""


def _syncs(counted: Counted) -> str:
    rows = []
    for kind in SYNC_SECONDS:
        for name, bill_of_design in DESIGNS.items():
            bill = times(bill_of_design(counted, kind), 1000)
            sums = by_service(bill)
            services = [_usd(sums.get(each, 0)) for each in ("DynamoDB", "Step Functions", "Lambda", "Logs")]
            rows.append([kind, name, *services, f"**{_usd(total(bill))}**"])
    largest = "; ".join(f"{kind}: {dominant(ours(counted, kind))}" for kind in SYNC_SECONDS)
    return f"""## 1,000 syncs of 1,000 people

{_table(["sync", "design", "DynamoDB", "Step Functions", "Lambda", "logs", "all"], rows)}

The largest part of ours: {largest}.
Each new customer costs {_per_person(counted)} index writes next to the two items. A sync without changes
writes each page's commit, in transactions.
*One Lambda per page* is the same code with `PageBudgetSeconds=0`: an invocation and two states for each of
{counted["pages"]} pages. *One task per user* is a map state whose task reads a link and writes what we write."""


def _per_person(counted: Counted) -> str:
    return f"{counted['syncs']['initial']['index write units'] / counted['people']:.2g}"


def _usages(counted: Counted) -> str:
    bill = usages(counted, 1000)
    rows = [[service, _usd(usd)] for service, usd in _by_size(by_service(bill))]
    return f"""## 1,000 usages sent to VOSS

{_table(["service", "USD"], [*rows, ["**all**", f"**{_usd(total(bill))}**"]])}

The largest part: {dominant(bill)}. Each usage is one request, one call of the authorizer, and {_writes(counted)} write
units: it is stored before it is sent, and its outcome after."""


def _writes(counted: Counted) -> str:
    counts = counted["usages"]
    return f"{(counts['write units'] + counts['index write units']) / counts['usages']:.2g}"


def _months(counted: Counted) -> str:
    bills: dict[str, Callable[[str], Mapping[str, float]]] = {
        "idle": lambda store: idle(counted, store),
        "nightly": lambda store: added(idle(counted, store), nightly(counted, store)),
    }
    columns = [(kind, store) for kind in bills for store in ("SecretsManager", "ParameterStore")]
    sums = {each: by_service(bills[each[0]](each[1])) for each in columns}
    services = [service for service in _SERVICES if any(service in each for each in sums.values())]
    rows = [[service, *(_usd(sums[each].get(service, 0)) for each in columns)] for service in services]
    rows.append(["**all**", *(f"**{_usd(sum(sums[each].values()))}**" for each in columns)])
    names = {"idle": "idle", "nightly": "a sync each night"}
    headings = ["service", *(f"{names[kind]}, {store}" for kind, store in columns)]
    largest = {each: dominant(bills[each[0]](each[1])) for each in columns}
    return f"""## A month of {DAYS} days, {COMPANIES} companies of 1,000 people

{_table(headings, rows)}

*Idle* means no sync, no usage, no request: only what exists, the reconciler each minute, and the check for overdue
companies each hour. The largest part with Secrets Manager: {largest["idle", "SecretsManager"]}. With Parameter Store
([`SecretStore`](deploy.md#where-the-companies-secrets-are)): {largest["idle", "ParameterStore"]}.
AWS charges for each of the {counted["alarms"]} metrics in alarms, so metric math makes none of them cheaper, and a
composite alarm costs more than a plain one. The night's syncs add little."""


def _counts(counted: Counted) -> str:
    kinds = list(SYNC_SECONDS)
    names = sorted({name for counts in counted["syncs"].values() for name in counts})
    rows = [[name, *(_number(counted["syncs"][kind].get(name, 0)) for kind in kinds)] for name in names]
    return f"""## Counted for one sync of {counted["people"]:,} people in {counted["pages"]} pages

{_table(["operation", *kinds], rows)}

A write in a transaction counts twice, as DynamoDB charges. `tests/integration/test_counted_costs.py` counts again."""


def _basis() -> str:
    listed = [
        [f"{price.per:,} {price.unit}", f"{price.usd:.10f}".rstrip("0").rstrip("."), price.source]
        for price in prices().values()
    ]
    assumed = [[f"{each.value:,.3f}".rstrip("0").rstrip(".") + f" {each.unit}", each.source] for each in ALL]
    return f"""## Assumed

{_table(["number", "where it comes from"], assumed)}

## Prices

{_table(["units", "USD", "source"], listed)}"""


def _by_size(sums: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(sums.items(), key=lambda each: -each[1])


def _usd(amount: float) -> str:
    return f"{amount:.2f}" if amount >= 0.1 or not amount else f"{amount:.4f}"


def _number(count: float) -> str:
    return f"{count:,.1f}".removesuffix(".0")


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (headings, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(headings), *lines[1:]])

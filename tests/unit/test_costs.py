"""docs/cost.md: what the script writes, from prices and counts that fit each other and the template."""

import pytest

from costs.__main__ import counted
from costs.assumptions import MEMORY_GB, RECONCILER_GB
from costs.bill import added, bill_of, cost, prices, times, total
from costs.designs import DESIGNS
from costs.files import PAGE
from costs.months import COMPANIES, idle, nightly, usages
from costs.page import by_service, dominant, page
from tests.template import functions, template

COUNTED = counted()
KINDS = list(COUNTED["syncs"])
STORES = template()["Parameters"]["SecretStore"]["AllowedValues"]


def test_page_is_what_the_script_writes() -> None:
    assert PAGE.read_text() == page(COUNTED), "Run `make cost`."


def test_bill_adds_up_units_times_prices() -> None:
    bill = bill_of({"write units": 400_000, "index write units": 600_000, "PageFunction": 1, "StartExecution": 9})
    assert bill == {"dynamodb_write": 1_000_000, "lambda_request": 1}
    assert total(bill) == pytest.approx(0.625 + 0.20 / 1_000_000)
    assert cost("secret", 100) == pytest.approx(40)
    assert added({"secret": 1}, {"secret": 2, "alarm": 3}) == {"secret": 3, "alarm": 3}
    assert times({"alarm": 2}, 10) == {"alarm": 20}
    with pytest.raises(KeyError):
        bill_of({"an operation that nobody has priced": 1})


def test_every_sum_belongs_to_a_service_of_the_table() -> None:
    bills = [
        *(design(COUNTED, kind) for design in DESIGNS.values() for kind in KINDS),
        usages(COUNTED, 1000),
        *(added(idle(COUNTED, store), nightly(COUNTED, store)) for store in STORES),
    ]
    for bill in bills:
        assert sum(by_service(bill).values()) == pytest.approx(total(bill))
    assert {name for bill in bills for name in bill} == set(prices()), (
        "A price that nothing uses, or a use without one."
    )


def test_parameter_store_saves_the_price_of_a_secret_for_each_company() -> None:
    manager, parameters = (total(idle(COUNTED, store)) for store in ("SecretsManager", "ParameterStore"))
    assert manager - parameters == pytest.approx(0.40 * COMPANIES)
    assert dominant(idle(COUNTED, "SecretsManager")).startswith("Secrets")


@pytest.mark.parametrize("kind", KINDS)
def test_our_design_is_the_cheapest(kind: str) -> None:
    own, by_page, by_user = (total(design(COUNTED, kind)) for design in DESIGNS.values())
    assert own < by_page < by_user


def test_memory_is_that_of_the_template() -> None:
    default = template()["Globals"]["Function"]["MemorySize"]
    sizes = {name: properties.get("MemorySize", default) for name, properties in functions().items()}
    assert sizes.pop("VossReconcileFunction") == RECONCILER_GB * 1024
    assert set(sizes.values()) == {MEMORY_GB * 1024}


@pytest.mark.parametrize("name", prices())
def test_price_has_its_page(name: str) -> None:
    price = prices()[name]
    assert price.source.startswith("https://aws.amazon.com/")
    assert price.usd >= 0
    assert price.per > 0

"""The catalogue of products: when a copy stands in for VOSS."""

from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.errors import Unavailable
from bokabridge.voss.catalogue import FRESH_FOR, ProductList, list_products
from bokabridge.voss.fakes import InMemoryProductCopies, InMemoryVoss
from bokabridge.voss.product import Product, ProductCopy, ProductType

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD = [Product("Old", "OLD-1")]


def listed(copies: InMemoryProductCopies, now: datetime, *, is_down: bool = False) -> ProductList:
    voss = InMemoryVoss(is_down=is_down)
    return list_products(ProductType.Usage, voss=voss, copies=copies, clock=lambda: now)


@pytest.fixture
def copies() -> InMemoryProductCopies:
    made = InMemoryProductCopies()
    made.save(ProductType.Usage, ProductCopy(OLD, NOON))
    return made


def test_a_fresh_copy_saves_a_request_to_voss(copies: InMemoryProductCopies) -> None:
    assert listed(copies, NOON + FRESH_FOR - timedelta(seconds=1)) == ProductList(OLD)


def test_an_old_copy_is_replaced(copies: InMemoryProductCopies) -> None:
    found = listed(copies, NOON + FRESH_FOR)
    assert found == ProductList([Product("Usage product", "Usage-1")])
    assert copies.find(ProductType.Usage) == ProductCopy(found.products, NOON + FRESH_FOR)


def test_an_old_copy_with_its_age_is_served_while_voss_is_down(copies: InMemoryProductCopies) -> None:
    found = listed(copies, NOON + timedelta(days=1), is_down=True)
    assert found == ProductList(OLD, stale_by=timedelta(days=1))


def test_without_a_copy_the_products_are_unavailable_while_voss_is_down() -> None:
    with pytest.raises(Unavailable):
        listed(InMemoryProductCopies(), NOON, is_down=True)

"""The contract of ProductCopies, for the in-memory version and the one on DynamoDB."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.product_copies import DynamoProductCopies
from bokabridge.voss.fakes import InMemoryProductCopies
from bokabridge.voss.ports import ProductCopies
from bokabridge.voss.product import Product, ProductCopy, ProductType
from tests.dynamodb import USAGE_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(params=["in memory", "on DynamoDB"])
def copies(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> ProductCopies:
    return InMemoryProductCopies() if request.param == "in memory" else DynamoProductCopies(dynamodb, USAGE_TABLE)


def test_each_product_type_has_a_copy_of_its_own(copies: ProductCopies) -> None:
    every, hours = [Product("Bas", "BAS"), Product("Timme", "TIM")], [Product("Timme", "TIM")]
    assert copies.find(None) is None
    copies.save(None, ProductCopy(every, NOON))
    copies.save(ProductType.Usage, ProductCopy([], NOON))
    copies.save(ProductType.Usage, ProductCopy(hours, NOON + timedelta(hours=1)))
    assert copies.find(None) == ProductCopy(every, NOON)
    assert copies.find(ProductType.Usage) == ProductCopy(hours, NOON + timedelta(hours=1))


def test_a_copy_of_many_products_fits_the_store(copies: ProductCopies) -> None:
    many = [Product(f"Product {at} with a name of an ordinary length", f"ARTICLE-{at}") for at in range(10_000)]
    copies.save(None, ProductCopy(many, NOON))
    assert copies.find(None) == ProductCopy(many, NOON)

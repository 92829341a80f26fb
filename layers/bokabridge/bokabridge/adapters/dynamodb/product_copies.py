"""The copies of VOSS's products in UsageTable."""

from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import PRODUCTS
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.adapters.dynamodb.usages import or_retriable
from bokabridge.dates import format_date, parse_date
from bokabridge.voss.product import Product, ProductCopy, ProductType

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoProductCopies:
    """ProductCopies on DynamoDB, so that a function has them right after its start."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, product_type: ProductType | None) -> ProductCopy | None:
        """See ProductCopies."""
        with or_retriable():
            item = self._table.find(_products_key(product_type))
        if item is None:
            return None
        products = [Product(product["Name"], product["ArticleNumber"]) for product in item["Products"]]
        return ProductCopy(products, parse_date(item["FetchedAt"]))

    def save(self, product_type: ProductType | None, copy: ProductCopy) -> None:
        """See ProductCopies."""
        products = [{"Name": product.name, "ArticleNumber": product.article_number} for product in copy.products]
        with or_retriable():
            self._table.update(
                Update(
                    _products_key(product_type),
                    "SET Products = :products, FetchedAt = :at",
                    {":products": products, ":at": format_date(copy.fetched_at)},
                )
            )


def _products_key(product_type: ProductType | None) -> Item:
    return {"PK": PRODUCTS, "SK": f"TYPE#{product_type.value if product_type else ''}"}

"""The copies of VOSS's products in UsageTable."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import compress, decompress

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
        return ProductCopy(_unpacked(item["Packed"]), parse_date(item["FetchedAt"]))

    def save(self, product_type: ProductType | None, copy: ProductCopy) -> None:
        """See ProductCopies."""
        with or_retriable():
            self._table.update(
                Update(
                    _products_key(product_type),
                    "SET Packed = :packed, FetchedAt = :at",
                    {":packed": _packed(copy.products), ":at": format_date(copy.fetched_at)},
                )
            )


def _packed(products: Sequence[Product]) -> str:
    """The products as compressed JSON: as a list, 6,000 of them would exceed an item's 400 KB."""
    rows = [[product.name, product.article_number] for product in products]
    return b64encode(compress(json.dumps(rows).encode())).decode()


def _unpacked(packed: str) -> list[Product]:
    return [Product(name, article_number) for name, article_number in json.loads(decompress(b64decode(packed)))]


def _products_key(product_type: ProductType | None) -> Item:
    return {"PK": PRODUCTS, "SK": f"PACKED#{product_type.value if product_type else ''}"}

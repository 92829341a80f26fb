"""The operation that lists the products of VOSS (public-facts 1.3.2)."""

from typing import Annotated

from pydantic import RootModel

from bokabridge.http.operation import Operation
from bokabridge.http.wire import (
    WireModel,
    enum_member,
)
from bokabridge.operations.roles import WRITERS
from bokabridge.voss.catalogue import ProductList
from bokabridge.voss.product import ProductType

STALE_HEADER = "X-Stale"


class GetVossProducts(WireModel):
    """Lists the products of one type, or all."""

    product_type: Annotated[ProductType | None, enum_member(ProductType, "InvalidValue")] = None


class VossProduct(WireModel):
    """A product that a usage can name."""

    name: str
    article_number: str


class VossProducts(RootModel[list[VossProduct]]):
    """A bare array, as on BokaMera's page."""

    def to_json(self) -> str:
        """The array as JSON."""
        return self.model_dump_json(by_alias=True, exclude_none=True)


GET_VOSS_PRODUCTS = Operation(
    GetVossProducts,
    VossProducts,
    method="GET",
    path="/voss/products",
    roles=WRITERS,
    summary="gets voss products",
)


def products_response(found: ProductList) -> tuple[VossProducts, dict[str, str]]:
    """The DTO of the products, and the headers that mark an old copy."""
    products = [VossProduct(name=product.name, article_number=product.article_number) for product in found.products]
    headers = {}
    if found.stale_by is not None:
        headers = {STALE_HEADER: "true", "Age": str(int(found.stale_by.total_seconds()))}
    return VossProducts(products), headers

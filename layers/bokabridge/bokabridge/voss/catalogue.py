"""The catalogue of products: a fresh copy if there is one, else VOSS, else an old copy with its age."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bokabridge.clock import Clock
from bokabridge.errors import FatalError, RetriableError, Unavailable
from bokabridge.voss.ports import ProductCopies, Voss
from bokabridge.voss.product import Product, ProductCopy, ProductType

FRESH_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ProductList:
    """The products. `stale_by` is the age of an old copy that stands in for VOSS while VOSS is unavailable."""

    products: Sequence[Product]
    stale_by: timedelta | None = None


def list_products(product_type: ProductType | None, *, voss: Voss, copies: ProductCopies, clock: Clock) -> ProductList:
    """The products of a type (None: all). Raises Unavailable if VOSS does not respond and there is no copy.

    Without the store of copies we still ask VOSS: a copy only saves a request.
    """
    copy = None
    with suppress(RetriableError):
        copy = copies.find(product_type)
    if copy is not None and clock() - copy.fetched_at < FRESH_FOR:
        return ProductList(copy.products)
    try:
        products = voss.list_products(product_type)
    except (RetriableError, FatalError) as error:
        if copy is None:
            raise Unavailable("VOSS does not respond at the moment. Try again in a while.") from error
        return ProductList(copy.products, stale_by=clock() - copy.fetched_at)
    with suppress(RetriableError):
        copies.save(product_type, ProductCopy(products, clock()))
    return ProductList(products)

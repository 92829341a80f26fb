"""The products that VOSS can bill, and the stored copy that spares VOSS a request for each list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ProductType(StrEnum):
    """ProductTypeEnum of the contract (seed 003_19185feaf3f9fc6d.txt; public-facts 1.3.3 explains the members)."""

    Main = "Main"
    Addon = "Addon"
    License = "License"
    Usage = "Usage"


@dataclass(frozen=True, slots=True)
class Product:
    """A product. A usage names it by its article number."""

    name: str
    article_number: str


@dataclass(frozen=True, slots=True)
class ProductCopy:
    """The products that VOSS listed at `fetched_at`."""

    products: Sequence[Product]
    fetched_at: datetime

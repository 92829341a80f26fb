"""The products that can be billed, and the copy that is served instead of asking VOSS each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ProductType(StrEnum):
    """ProductTypeEnum of the contract (seed 003_19185feaf3f9fc6d.txt; what each means: public-facts 1.3.3)."""

    Main = "Main"
    Addon = "Addon"
    License = "License"
    Usage = "Usage"


@dataclass(frozen=True, slots=True)
class Product:
    """A product by its name and the article number that a usage names it by."""

    name: str
    article_number: str


@dataclass(frozen=True, slots=True)
class ProductCopy:
    """What VOSS answered, and when."""

    products: Sequence[Product]
    fetched_at: datetime

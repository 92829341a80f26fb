"""The demo's products, a few of each type. They are invented."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product, with the price of one unit in kronor."""

    type: str
    article_number: str
    name: str
    price: float

    def to_wire(self) -> dict[str, Any]:
        """The product as VOSS's product search returns it."""
        return {"type": self.type, "status": "Published", "name": self.name, "articleNumber": self.article_number}


PRODUCTS = (
    DemoProduct("Main", "BOKA-BAS", "Bokningssystem Bas", 299.0),
    DemoProduct("Main", "BOKA-PLUS", "Bokningssystem Plus", 499.0),
    DemoProduct("Addon", "TILLVAL-SMS", "SMS-påminnelser", 49.0),
    DemoProduct("Addon", "TILLVAL-LAS", "Koppling till kodlås", 99.0),
    DemoProduct("License", "LICENS-RESURS", "Resurs", 79.0),
    DemoProduct("Usage", "KONSULT-TIM", "Konsulttimme", 1250.0),
    DemoProduct("Usage", "SMS-STYCK", "SMS", 0.59),
    DemoProduct("Usage", "SUPPORT-TIM", "Supporttimme", 890.5),
)

BY_ARTICLE_NUMBER = {product.article_number: product for product in PRODUCTS}

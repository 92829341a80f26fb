"""Where the counts, the prices and the page are."""

from local.stack.paths import ROOT

COUNTED = ROOT / "costs" / "counted.json"
PRICES = ROOT / "costs" / "prices.toml"
PAGE = ROOT / "docs" / "cost.md"

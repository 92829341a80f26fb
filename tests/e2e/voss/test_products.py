"""What can be billed, as VOSS lists it or as it did when it last could."""

from datetime import UTC, datetime, timedelta

from bokabridge.adapters.dynamodb.usages import DynamoProductCopies
from bokabridge.voss.product import Product, ProductCopy, ProductType
from tests.e2e.voss.bridge import VossBridge


def test_products_are_a_bare_array_by_type(bridge: VossBridge) -> None:
    answer = bridge.call("GET", "/voss/products?ProductType=Usage")
    assert answer.status == 200
    assert {"Name": "Konsulttimme", "ArticleNumber": "KONSULT-TIM"} in answer.json()
    assert len(bridge.call("GET", "/voss/products").json()) > len(answer.json())
    assert bridge.call("GET", "/voss/products?ProductType=Best").status == 400


def test_an_old_copy_of_the_products_is_served_when_voss_is_down_and_says_so(bridge: VossBridge) -> None:
    deployment = bridge.stack.deployment
    copies = DynamoProductCopies(deployment.client("dynamodb"), deployment.outputs["UsageTableName"])
    old = datetime.now(UTC) - timedelta(days=1)
    copies.save(ProductType.Main, ProductCopy([Product("Old", "OLD-1")], old))
    bridge.behave(mode="error500")
    answer = bridge.call("GET", "/voss/products?ProductType=Main")
    assert (answer.status, answer.json()) == (200, [{"Name": "Old", "ArticleNumber": "OLD-1"}])
    assert (answer.headers["X-Stale"], int(answer.headers["Age"]) >= 86400) == ("true", True)
    bridge.reset()
    fresh = bridge.call("GET", "/voss/products?ProductType=Main")
    assert "X-Stale" not in fresh.headers
    assert {"Name": "Bokningssystem Bas", "ArticleNumber": "BOKA-BAS"} in fresh.json()

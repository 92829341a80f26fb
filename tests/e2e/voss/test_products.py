"""The products, from VOSS or from our latest copy."""

from datetime import UTC, datetime, timedelta

from bokabridge.adapters.dynamodb.product_copies import DynamoProductCopies
from bokabridge.voss.product import Product, ProductCopy, ProductType
from tests.e2e.voss.bridge import VossBridge


def test_products_of_a_type_are_a_bare_array(bridge: VossBridge) -> None:
    response = bridge.call("GET", "/voss/products?ProductType=Usage")
    assert response.status == 200
    assert {"Name": "Konsulttimme", "ArticleNumber": "KONSULT-TIM"} in response.json()
    assert len(bridge.call("GET", "/voss/products").json()) > len(response.json())
    assert bridge.call("GET", "/voss/products?ProductType=Best").status == 400


def test_an_old_copy_is_served_and_marked_as_stale_while_voss_is_down(bridge: VossBridge) -> None:
    deployment = bridge.stack.deployment
    copies = DynamoProductCopies(deployment.client("dynamodb"), deployment.outputs["UsageTableName"])
    old = datetime.now(UTC) - timedelta(days=1)
    copies.save(ProductType.Main, ProductCopy([Product("Old", "OLD-1")], old))
    bridge.behave(mode="error500")
    response = bridge.call("GET", "/voss/products?ProductType=Main")
    assert (response.status, response.json()) == (200, [{"Name": "Old", "ArticleNumber": "OLD-1"}])
    assert (response.headers["X-Stale"], int(response.headers["Age"]) >= 86400) == ("true", True)
    bridge.reset()
    fresh = bridge.call("GET", "/voss/products?ProductType=Main")
    assert "X-Stale" not in fresh.headers
    assert {"Name": "Bokningssystem Bas", "ArticleNumber": "BOKA-BAS"} in fresh.json()

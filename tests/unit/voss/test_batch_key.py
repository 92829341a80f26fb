"""The idempotency keys of a batch."""

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from bokabridge.operations.voss import idempotency_key


def test_each_item_of_a_batch_has_its_own_key() -> None:
    event = APIGatewayProxyEvent({"headers": {"idempotency-key": "k"}})
    assert [idempotency_key(event, index) for index in (None, 0, 1)] == ["k", "k[0]", "k[1]"]


def test_items_of_a_batch_without_a_key_have_new_ones() -> None:
    event = APIGatewayProxyEvent({"headers": {}})
    assert len({idempotency_key(event, index) for index in range(3)}) == 3

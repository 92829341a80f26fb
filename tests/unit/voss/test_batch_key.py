"""The idempotency keys of a batch."""

from bokabridge.operations.voss import idempotency_key


def test_each_item_of_a_batch_has_its_own_key() -> None:
    assert [idempotency_key({"idempotency-key": "k"}, index) for index in (None, 0, 1)] == ["k", "k[0]", "k[1]"]


def test_items_of_a_batch_without_a_key_have_new_ones() -> None:
    assert len({idempotency_key({}, index) for index in range(3)}) == 3

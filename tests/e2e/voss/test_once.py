"""One usage, and the same again: one line on VOSS's bill."""

from concurrent.futures import ThreadPoolExecutor

from tests.e2e.voss.bridge import VossBridge, error


def test_a_usage_is_answered_with_voss_whole_answer_and_is_on_the_bill_once(bridge: VossBridge, key: str) -> None:
    answer = bridge.use(key)
    assert answer.status == 200, answer.data
    assert list(answer.json()) == [
        "productGroupType",
        "status",
        "id",
        "name",
        "products",
        "created",
        "customerBalanceChange",
    ]
    assert answer.json()["customerBalanceChange"]["totalAmount"] == 7500.0
    usage = bridge.usage_by_key(key)
    assert (usage["State"], usage["Attempts"], usage["Answer"]) == ("Sent", 1, answer.json())
    assert bridge.lines(usage["Id"]) == 1


def test_the_same_key_gives_the_same_answer_and_says_so(bridge: VossBridge, key: str) -> None:
    first, second = bridge.use(key), bridge.use(key)
    assert (first.status, second.status, second.data) == (200, 200, first.data)
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1


def test_the_same_key_for_another_usage_is_refused(bridge: VossBridge, key: str) -> None:
    bridge.use(key)
    answer = bridge.use(key, Quantity=7)
    assert (answer.status, error(answer)["ErrorCode"]) == (422, "IdempotencyKeyReused")


def test_a_key_that_was_made_for_the_caller_can_be_used_to_repeat(bridge: VossBridge) -> None:
    first = bridge.use()
    second = bridge.use(first.headers["Idempotency-Key"])
    assert (second.data, second.headers["Idempotency-Replayed"]) == (first.data, "true")


def test_a_hundred_requests_with_one_key_are_one_line(bridge: VossBridge, key: str) -> None:
    bridge.behave(latencyMs=3000)  # so that the others come while the first is under way
    with ThreadPoolExecutor(100) as callers:
        answers = list(callers.map(lambda _: bridge.use(key), range(100)))
    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {200, 409}, [answer.data for answer in answers if answer.status not in (200, 409)]
    assert len({answer.data for answer in answers if answer.status == 200}) == 1
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers if answer.status == 409)
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1

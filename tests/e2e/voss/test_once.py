"""A usage and its repeated requests: one line on VOSS's bill."""

from concurrent.futures import ThreadPoolExecutor

from tests.e2e.voss.bridge import VossBridge, error


def test_the_response_is_voss_whole_result_and_the_usage_is_billed_once(bridge: VossBridge, key: str) -> None:
    response = bridge.use(key)
    assert response.status == 200, response.data
    assert list(response.json()) == [
        "productGroupType",
        "status",
        "id",
        "name",
        "products",
        "created",
        "customerBalanceChange",
    ]
    assert response.json()["customerBalanceChange"]["totalAmount"] == 7500.0
    usage = bridge.usage_by_key(key)
    assert (usage["State"], usage["Attempts"], usage["Answer"]) == ("Sent", 1, response.json())
    assert bridge.lines(usage["Id"]) == 1


def test_a_repeated_request_gets_the_same_body_and_is_marked_as_replayed(bridge: VossBridge, key: str) -> None:
    first, second = bridge.use(key), bridge.use(key)
    assert (first.status, second.status, second.data) == (200, 200, first.data)
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1


def test_a_used_key_is_refused_for_another_usage(bridge: VossBridge, key: str) -> None:
    bridge.use(key)
    response = bridge.use(key, Quantity=7)
    assert (response.status, error(response)["ErrorCode"]) == (422, "IdempotencyKeyReused")


def test_a_request_without_a_key_can_be_repeated_with_the_key_in_its_response(bridge: VossBridge) -> None:
    first = bridge.use()
    second = bridge.use(first.headers["Idempotency-Key"])
    assert (second.data, second.headers["Idempotency-Replayed"]) == (first.data, "true")


def test_a_hundred_concurrent_requests_with_one_key_are_one_line(bridge: VossBridge, key: str) -> None:
    bridge.behave(latencyMs=3000)  # so that the others arrive while the first is in progress
    with ThreadPoolExecutor(100) as callers:
        responses = list(callers.map(lambda _: bridge.use(key), range(100)))
    statuses = [response.status for response in responses]
    assert set(statuses) <= {200, 409}, [response.data for response in responses if response.status not in (200, 409)]
    assert len({response.data for response in responses if response.status == 200}) == 1
    assert all(int(response.headers["Retry-After"]) > 0 for response in responses if response.status == 409)
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1

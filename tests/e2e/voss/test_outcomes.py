"""VOSS's responses to a usage, and the responses that our caller gets."""

from tests.e2e.voss.bridge import VossBridge, error


def test_a_refusal_carries_the_reason_from_voss_and_is_replayed(bridge: VossBridge, key: str) -> None:
    for status, expected in ((422, 422), (404, 404), (400, 400), (410, 422)):
        bridge.behave(mode="reject", rejectStatus=status)
        response = bridge.use(f"{key}-{status}")
        assert (response.status, error(response)["Message"]) == (expected, "The subscription is closed.")
    bridge.reset()
    again = bridge.use(f"{key}-404")
    assert (again.status, again.headers["Idempotency-Replayed"]) == (404, "true")


def test_a_throttled_usage_is_not_sent_and_can_be_sent_with_the_same_key(bridge: VossBridge, key: str) -> None:
    bridge.behave(mode="throttle")
    response = bridge.use(key)
    assert (response.status, response.headers["Idempotency-Key"]) == (503, key)
    assert bridge.usage_by_key(key)["State"] == "Pending"
    bridge.reset()
    assert bridge.use(key).status == 200
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1


def test_a_usage_that_voss_already_has_is_a_success(bridge: VossBridge, key: str) -> None:
    bridge.behave(mode="duplicate")
    response = bridge.use(key)
    assert (response.status, response.json()["productGroupType"]) == (200, "Optional")
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1

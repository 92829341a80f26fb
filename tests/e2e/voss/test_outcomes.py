"""What VOSS may do with a usage, and what its caller is told."""

from tests.e2e.voss.bridge import VossBridge, error


def test_a_refusal_has_voss_reason_and_is_told_again(bridge: VossBridge, key: str) -> None:
    for status, told in ((422, 422), (404, 404), (400, 400), (410, 422)):
        bridge.behave(mode="reject", rejectStatus=status)
        answer = bridge.use(f"{key}-{status}")
        assert (answer.status, error(answer)["Message"]) == (told, "The subscription is closed.")
    bridge.reset()
    again = bridge.use(f"{key}-404")
    assert (again.status, again.headers["Idempotency-Replayed"]) == (404, "true")


def test_a_throttled_usage_is_not_sent_and_can_be_sent_with_the_same_key(bridge: VossBridge, key: str) -> None:
    bridge.behave(mode="throttle")
    answer = bridge.use(key)
    assert (answer.status, answer.headers["Idempotency-Key"]) == (503, key)
    assert bridge.usage_by_key(key)["State"] == "Pending"
    bridge.reset()
    assert bridge.use(key).status == 200
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1


def test_a_usage_that_voss_says_it_has_is_a_success(bridge: VossBridge, key: str) -> None:
    bridge.behave(mode="duplicate")
    answer = bridge.use(key)
    assert (answer.status, answer.json()["productGroupType"]) == (200, "Optional")
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1

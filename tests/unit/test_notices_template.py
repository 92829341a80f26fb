"""The template's way of notices: from the table's stream to the topic and the webhook."""

import json
import re

import pytest

from tests.template import functions, resources, template


def test_function_of_notices_gets_the_ids_of_new_notices_only() -> None:
    assert resources()["UserSyncTable"]["Properties"]["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    source = functions()["UserSyncNotifyFunction"]["Events"]["Notices"]["Properties"]
    (only,) = source["FilterCriteria"]["Filters"]
    inserted = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "NOTICE#"}]}}}}
    assert json.loads(only["Pattern"]) == inserted
    assert source["BatchSize"] == 1, "A notice that fails must repeat no other."
    queue, _ = source["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"]
    assert queue == "UserSyncNotifyDeadLetters"


WEBHOOK = [name for name in resources() if name.startswith("Webhook")]


def test_nothing_of_the_webhook_is_deployed_without_an_address() -> None:
    assert len(WEBHOOK) >= 10
    assert {resources()[name].get("Condition") for name in WEBHOOK} == {"HasWebhook"}
    assert template()["Conditions"]["HasWebhook"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "WebhookUrl"}, ""]}]}
    assert template()["Parameters"]["WebhookUrl"]["Default"] == ""
    others = {name: each for name, each in resources().items() if name not in WEBHOOK}
    assert [name for name in WEBHOOK if f'"{name}' in json.dumps(others)] == []


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://hooks.example.com", True),
        ("https://hooks.example.com:8443/a/b?c=d", True),
        ("http://127.0.0.1:4571/hook", True),
        ("http://hooks.example.com", False),
        ("https://user:word@hooks.example.com/", False),
        ("https://", False),
        ("https://hooks.example.com/#a", False),
    ],
)
def test_webhook_has_an_https_address(url: str, is_allowed: bool) -> None:
    assert bool(re.fullmatch(template()["Parameters"]["WebhookUrl"]["AllowedPattern"], url)) == is_allowed


def test_every_way_of_a_notice_ends_in_a_dead_letter_queue() -> None:
    letters = {"deadLetterTargetArn": {"Fn::GetAtt": ["WebhookDeadLetters", "Arn"]}}
    assert resources()["WebhookSubscription"]["Properties"]["RedrivePolicy"] == letters
    assert letters.items() <= resources()["WebhookDeliveries"]["Properties"]["RedrivePolicy"].items()

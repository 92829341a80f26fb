"""Every event in events/ is one that its function understands: invoked as `sam local invoke` would."""

import json

import pytest

from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from tests.events import ANSWERS, check, function_of


def test_every_event_has_an_expected_answer() -> None:
    assert {path.stem for path in (ROOT / "events").glob("*.json")} == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_event_is_answered_as_expected(stack: LocalStack, name: str) -> None:
    cloudformation = stack.deployment.client("cloudformation")
    resource = cloudformation.describe_stack_resource(StackName="bokabridge-local", LogicalResourceId=function_of(name))
    function = resource["StackResourceDetail"]["PhysicalResourceId"]
    payload = (ROOT / "events" / f"{name}.json").read_bytes()
    answer = json.loads(
        stack.deployment.client("lambda").invoke(FunctionName=function, Payload=payload)["Payload"].read()
    )
    check(name, answer)

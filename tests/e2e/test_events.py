"""Every event in events/, sent to its function as `sam local invoke` sends it."""

import json

import pytest

from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from tests.events import EXPECTED_RESPONSES, check, function_of


def test_every_event_has_an_expected_response() -> None:
    assert {path.stem for path in (ROOT / "events").glob("*.json")} == set(EXPECTED_RESPONSES)


@pytest.mark.parametrize("name", EXPECTED_RESPONSES)
def test_event_gets_the_expected_response(stack: LocalStack, name: str) -> None:
    cloudformation = stack.deployment.client("cloudformation")
    resource = cloudformation.describe_stack_resource(StackName="bokabridge-local", LogicalResourceId=function_of(name))
    function = resource["StackResourceDetail"]["PhysicalResourceId"]
    payload = (ROOT / "events" / f"{name}.json").read_bytes()
    response = json.loads(
        stack.deployment.client("lambda").invoke(FunctionName=function, Payload=payload)["Payload"].read()
    )
    check(name, response)

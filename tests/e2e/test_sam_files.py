"""The files in local/sam/, which describe the local stack to `sam local`, match the stack."""

import json
from typing import Any

import pytest
import yaml

from functions.pretraffic.app import CHECKS
from local.sam.network import FIRST_PORT, HOST, PARAMETERS_FILE
from local.stack.paths import ROOT
from local.stack.processes import PORTS
from local.stack.stack import LocalStack
from tests.e2e.observed import physical_id
from tests.template import resources

FUNCTIONS = [name for name, resource in resources().items() if resource["Type"] == "AWS::Serverless::Function"]
PARAMETERS: dict[str, str] = yaml.safe_load((ROOT / PARAMETERS_FILE).read_text())
GIVEN: dict[str, str] = json.loads((ROOT / PARAMETERS_FILE).with_name("env.json").read_text())["Parameters"]

EXPECTED_TO_DIFFER = {"IDENTITY_ISSUER", "IDENTITY_KEYS_URL", "PUBLIC_URL", "API_URL", "PAGE_BUDGET_SECONDS", *CHECKS}
"""A container uses this machine's issuer, another address for the signing keys, and another API. It knows no versions,
so the hook before traffic has none to call."""


def seen_from_a_container(stack: LocalStack, value: str) -> str:
    for at in range(PORTS):
        for host in ("127.0.0.1", "localhost"):  # the emulator's queues have the latter
            value = value.replace(f"{host}:{stack.port + at}", f"{HOST}:{FIRST_PORT + at}")
    return value


def in_a_container(declared: Any, default: dict[str, Any]) -> str | None:
    """The value that `sam local` derives from the template. None if only a deployment knows the value."""
    match declared:
        case str():
            return declared
        case {"Ref": name} if name in default:
            return str(PARAMETERS.get(name, default[name].get("Default")))
        case {"Fn::Sub": text} if "AWS::" not in text:
            return str(text).replace("${Stage}", default["Stage"]["Default"])
    return None


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_has_the_same_variables_in_a_container_as_on_the_stack(stack: LocalStack, function: str) -> None:
    template = yaml.safe_load((ROOT / ".aws-sam" / "build" / "template.yaml").read_text())
    declared = {
        **template["Globals"]["Function"]["Environment"]["Variables"],
        **resources()[function]["Properties"]["Environment"]["Variables"],
    }
    deployed = stack.deployment.client("lambda").get_function_configuration(FunctionName=physical_id(stack, function))
    for name, value in deployed["Environment"]["Variables"].items():
        if name not in EXPECTED_TO_DIFFER:
            given = GIVEN.get(name) or in_a_container(declared[name], template["Parameters"])
            assert given == seen_from_a_container(stack, value), name

"""The version of a deployment, wherever it shows on the stack."""

import json

from tests.e2e.client import Bridge
from tests.e2e.observed import logged


def test_deployments_version_is_in_header_document_output_and_log(bridge: Bridge) -> None:
    version = bridge.stack.deployment.outputs["Version"]
    for path in ("/customers", "/openapi.json", "/nothing"):
        assert bridge.call("GET", path).headers["X-Bokabridge-Version"] == version
    assert bridge.call("GET", "/openapi.json").json()["info"]["version"] == version
    lines = [
        json.loads(line) for line in logged(bridge.stack, "authorizer") if '"service"' in line and '"level"' in line
    ]
    assert lines
    assert {line["version"] for line in lines} == {version}

"""The template after SAM's own transform, which is the template that CloudFormation deploys.

The transform runs in sam's own Python environment, because the tests' environment does not include it.
"""

import json
import subprocess
from copy import deepcopy
from typing import Any

from local.stack.emulator import REGION
from local.stack.paths import SAM
from tests.template import template

_TRANSLATE = """
import json, logging, sys
import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
logging.disable(logging.CRITICAL)
wanted = json.load(sys.stdin)
session = boto3.session.Session(region_name=sys.argv[1])
translated = Translator({}, Parser(), [], session).translate(wanted["template"], wanted["parameters"])
json.dump(translated["Resources"], sys.stdout)
"""


def translated(changed: dict[str, Any] | None = None, **parameters: str) -> dict[str, dict[str, Any]]:
    """The deployed resources, by logical id. `changed` replaces the project's template.

    Paths of code on this machine become addresses in S3, as if sam had uploaded the code.
    """
    uploaded = deepcopy(changed or template())
    for resource in uploaded["Resources"].values():
        properties = resource.get("Properties", {})
        for name in {"CodeUri", "ContentUri", "DefinitionUri"} & set(properties):
            properties[name] = f"s3://bucket/{properties[name]}"
    command = [str(SAM.with_name("python")), "-c", _TRANSLATE, REGION]
    given = json.dumps({"template": uploaded, "parameters": parameters})
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


def of_type(found: dict[str, dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a type, by logical id."""
    return {name: resource["Properties"] for name, resource in found.items() if resource["Type"] == kind}

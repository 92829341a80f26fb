"""The package that the emulator runs: the template and code from `sam build`, with three differences.

1. AWS's own runtime client runs the functions, in a clean Python environment (`provided.al2023` and a bootstrap). The
   emulator's Python worker loses the names of exceptions, by which the workflow decides what to retry. AWS's client has
   no wheel for macOS, so the emulator's worker runs the functions there.
2. The API has a fixed id, so its address is known before it is deployed.
3. The state machine's definition is uploaded as JSON, because the emulator, unlike AWS, does not read YAML.
"""

import io
import json
import shlex
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from local.stack.paths import BUILD, RUNTIME, STATE

API_ID = "bokabridge"

USES_RUNTIME_CLIENT = sys.platform == "linux"

Template = dict[str, Any]
Upload = Callable[[str, bytes], str]
"""Stores bytes under a name and returns their s3:// address."""


def local_template(upload: Upload) -> Template:
    """Upload every file that the built template refers to, and return the template to deploy."""
    template: Template = yaml.safe_load((BUILD / "template.yaml").read_text())
    resources = template["Resources"]
    resources["Api"]["Properties"] |= {"Tags": {"ms-custom-id": API_ID}, "PropagateTags": True}
    _globals(template)["Runtime"] = _runtime()
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Serverless::Function":
                files = _files(BUILD / properties["CodeUri"])
                if USES_RUNTIME_CLIENT:
                    files["bootstrap"] = _bootstrap(template, properties)
                    properties["Runtime"] = _runtime()
                properties["CodeUri"] = upload(f"{name}.zip", _zip(files))
            case "AWS::Serverless::LayerVersion":
                properties["ContentUri"] = upload(f"{name}.zip", _zip(_files(BUILD / properties["ContentUri"])))
            case "AWS::Serverless::StateMachine":
                definition = yaml.safe_load((BUILD / properties["DefinitionUri"]).read_text())
                properties["DefinitionUri"] = upload(f"{name}.json", json.dumps(definition).encode())
    return template


def gateway_responses() -> dict[str, Any]:
    """The template's GatewayResponses by type, because the emulator does not read them from the API's body."""
    template = yaml.safe_load((BUILD / "template.yaml").read_text())
    found: dict[str, Any] = template["Resources"]["Api"]["Properties"]["GatewayResponses"]
    return found


def paths_of_any_method() -> set[str]:
    """The paths of the events for any method, because the emulator does not read those from the API's body."""
    template = yaml.safe_load((BUILD / "template.yaml").read_text())
    events = template["Resources"]["ServiceStackFunction"]["Properties"]["Events"].values()
    return {event["Properties"]["Path"] for event in events}


def _runtime() -> str:
    return "provided.al2023" if USES_RUNTIME_CLIENT else "python3.13"


def _globals(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = template["Globals"]["Function"]
    return found


def _bootstrap(template: Template, properties: dict[str, Any]) -> bytes:
    """A script that starts AWS's runtime client with the variables that Lambda sets, and no others of this machine."""
    given = [
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "LAMBDA_TASK_ROOT",
    ]
    own = [
        *_globals(template).get("Environment", {}).get("Variables", {}),
        *properties.get("Environment", {}).get("Variables", {}),
    ]
    variables = " ".join(f'{name}="${name}"' for name in given + own)
    layers = ":".join(str(BUILD / layer / "python") for layer in ("DependenciesLayer", "BokabridgeLayer"))
    python = shlex.quote(str(RUNTIME / "bin" / "python"))
    return (
        "#!/bin/sh\n"
        f"exec env -i PATH=/usr/bin:/bin HOME=/tmp LANG=C.UTF-8 TZ=UTC {variables} "
        f"PYTHONPYCACHEPREFIX={shlex.quote(str(STATE / 'pycache'))} "  # keeps compiled files out of the build
        f'PYTHONPATH="$LAMBDA_TASK_ROOT":{shlex.quote(layers)} {python} -m awslambdaric "$_HANDLER"\n'
    ).encode()


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in _walk(folder)}


def _walk(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o755 if name == "bootstrap" else 0o644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()

"""The processes of a local stack (Linux)."""

from pathlib import Path

from local.stack.stack import LocalStack


def function_processes(stack: LocalStack, function: str) -> list[int]:
    """The process ids of a function's execution environments."""
    return [
        process_id
        for process_id, environment in _environments()
        if f"AWS_ENDPOINT_URL={stack.deployment.aws_url}" in environment
        and any(variable.startswith("AWS_LAMBDA_FUNCTION_NAME=") and function in variable for variable in environment)
    ]


def processes_of(aws_url: str) -> list[int]:
    """The process ids of the emulator at this address and of all its functions."""
    return [pid for pid, environment in _environments() if f"AWS_ENDPOINT_URL={aws_url}" in environment]


def _environments() -> list[tuple[int, list[str]]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            content = (folder / "environ").read_bytes()
        except OSError:
            continue
        found.append((int(folder.name), content.decode(errors="replace").split("\0")))
    return found

"""The log lines of a stack's functions, for operators' commands."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bokabridge.adapters.aws.account import Account
from bokabridge.adapters.aws.stacks import Stack

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class LogLines:
    """The log groups of one stack, by the last part of their names. Every method raises the errors of the AWS SDK."""

    def __init__(self, account: Account, stack: Stack) -> None:
        self._logs = account.client("logs")
        self._prefix = f"/bokabridge/{stack.name}/"

    def groups(self) -> list[str]:
        """The names of the log groups."""
        pages = self._logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=self._prefix)
        return sorted(each["logGroupName"].removeprefix(self._prefix) for page in pages for each in page["logGroups"])

    def read(self, group: str, since: datetime, level: str) -> Iterator[Mapping[str, Any]]:
        """The lines of this level and above since then, oldest first. Metrics and good invocations are left out."""
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=self._prefix + group, startTime=int(since.timestamp() * 1000)
        )
        for page in pages:
            for event in page["events"]:
                line = _line(event["message"])
                if line is not None and LEVELS.index(line["level"]) >= LEVELS.index(level):
                    yield line


def _line(message: str) -> Mapping[str, Any] | None:
    """A line with `level` and `message`, or None for lines that are not about an event."""
    try:
        line = json.loads(message)
    except ValueError:
        is_lambdas_own = message.startswith(("INIT_START ", "START ", "END ", "REPORT "))
        return None if is_lambdas_own else {"level": "INFO", "message": message.strip()}
    match line:
        case {"_aws": _}:
            return None
        case {"type": "platform.report", "record": {"status": status}} if status != "success":
            return {"timestamp": line.get("time"), "level": "ERROR", "message": f"the invocation ended with: {status}"}
        case {"level": str(level), "message": _} if level in LEVELS:
            return dict(line)
    return None

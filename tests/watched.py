"""The metrics that alarms and the dashboard watch, and those that the functions write, in CloudWatch's own terms.

Logical ids stand for names: a function, table or queue of the template has its logical id as its name.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from local.stack.paths import ROOT
from tests.template import BEHIND_THE_API, resources, template

STACK = "bokabridge-watched"
VERSION = "7"
_REFERENCE = re.compile(r"\$\{([\w:.]+)\}")


class Metric(NamedTuple):
    """A metric. CloudWatch finds it by all three together, and every dimension counts."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


def resolved(value: Any) -> str:
    """The text that a value of the template becomes in a stack."""
    match value:
        case {"Ref": name}:
            return STACK if name == "AWS::StackName" else str(name)
        case {"Fn::GetAtt": [name, attribute]}:
            return VERSION if attribute == "Version.Version" else str(name)
        case {"Fn::If": [_, if_true, _]}:
            return resolved(if_true)
        case {"Fn::Sub": [text, names]}:
            return _REFERENCE.sub(lambda found: resolved(names.get(found[1]) or _reference(found[1])), text)
        case {"Fn::Sub": text}:
            return _REFERENCE.sub(lambda found: resolved(_reference(found[1])), text)
        case _:
            return str(value)


def _reference(name: str) -> dict[str, Any]:
    """What `${name}` stands for."""
    resource, dot, attribute = name.partition(".")
    return {"Fn::GetAtt": [resource, attribute]} if dot else {"Ref": name}


def alarms() -> dict[str, dict[str, Any]]:
    """The alarms' properties, by logical id."""
    found = resources().items()
    return {name: each["Properties"] for name, each in found if each["Type"] == "AWS::CloudWatch::Alarm"}


def watched_by(alarm: dict[str, Any]) -> list[Metric]:
    """The metrics that an alarm watches, directly or in an expression."""
    stats = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each] or [alarm]
    return [
        Metric(
            resolved(stat["Namespace"]),
            stat["MetricName"],
            frozenset((each["Name"], resolved(each["Value"])) for each in stat.get("Dimensions", [])),
        )
        for stat in stats
    ]


def on_the_dashboard() -> Iterator[Metric]:
    """The metrics of the dashboard's widgets."""
    for widget in _widgets():
        for namespace, name, *pairs in widget["properties"].get("metrics", []):
            yield Metric(namespace, name, frozenset(zip(pairs[::2], pairs[1::2], strict=True)))


def alarms_on_the_dashboard() -> set[str]:
    """The logical ids of the alarms whose states the dashboard shows."""
    return {name for widget in _widgets() if widget["type"] == "alarm" for name in widget["properties"]["alarms"]}


def _widgets() -> list[dict[str, Any]]:
    body = json.loads(resolved(resources()["Dashboard"]["Properties"]["DashboardBody"]))
    found: list[dict[str, Any]] = body["widgets"]
    return found


_WRITE = """
import sys
from bokabridge.metrics import publish, publish_failure
from bokabridge.voss.reconcile import Report
from functions.voss.reconcile.app import publish_report
from functions.usersync.overdue.app import counts_of
from functions.usersync.schedule.app import SKIPPED
from tests.api_gateway import Context
for name in sys.argv[2:]:
    publish_failure(Context(function_name=name, function_version=sys.argv[1]))
publish_report(Report(verdicts={}, unsettled=0, too_long=0, disputed=[]))
publish(counts_of([]))
publish(SKIPPED)
"""


def written() -> set[Metric]:
    """The metrics that the functions write, in a process with the variables that the template gives to all of them."""
    return {metric for line in _lines() for metric in _of_line(line)}


def written_units() -> dict[str, str]:
    """The units of these metrics, by name."""
    directives = [each for line in _lines() for each in line["_aws"]["CloudWatchMetrics"]]
    return {metric["Name"]: metric["Unit"] for directive in directives for metric in directive["Metrics"]}


@cache
def _lines() -> list[dict[str, Any]]:
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    environment = {name: resolved(value) for name, value in variables.items()}
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'bokabridge'}"}
    command = [sys.executable, "-c", _WRITE, VERSION, *BEHIND_THE_API]
    done = subprocess.run(command, env=environment | paths, capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if "CloudWatchMetrics" in line]


def _of_line(line: dict[str, Any]) -> Iterator[Metric]:
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = frozenset((name, line[name]) for name in names)
            for metric in directive["Metrics"]:
                yield Metric(directive["Namespace"], metric["Name"], dimensions)

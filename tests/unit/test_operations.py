"""docs/operations.md: its tables of logs, metrics, queues and parameters, compared with the code and the template."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.stack.paths import ROOT
from tests.runbook import spans
from tests.template import functions, resources, template
from tests.watched import STACK, Metric, alarms, on_the_dashboard, watched_by, written, written_units

DOCUMENT = ROOT / "docs" / "operations.md"
OURS = f"bokabridge/{STACK}"


def rows(section: str, header: str) -> list[list[str]]:
    """The cells of the table with this first column, in a section."""
    text = DOCUMENT.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    table = re.search(rf"^\| {header} \|.*\n\|[-|]*\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table, f"{section} has no table of {header}."
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table[1].splitlines()]


def name_of(cell: str) -> str:
    (name,) = spans(cell)
    return name


def test_every_log_group_is_listed_with_its_function() -> None:
    groups = {
        name: resource["Properties"]["LogGroupName"]["Fn::Sub"].replace("${AWS::StackName}", "STACK")
        for name, resource in resources().items()
        if resource["Type"] == "AWS::Logs::LogGroup"
    }
    listed = {
        name_of(group): spans(function)[0] if spans(function) else None
        for group, function in rows("Log groups", "Log group")
    }
    assert set(listed) == set(groups.values())
    used = {groups[properties["LoggingConfig"]["LogGroup"]["Ref"]]: name for name, properties in functions().items()}
    assert {group: function for group, function in listed.items() if function} == used


LEVELS = {"info": "INFO", "warning": "WARNING", "error": "ERROR", "exception": "ERROR"}


def logged_lines() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Message, level and own fields of every line that the code logs."""
    for folder in ("functions", "layers/bokabridge"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
                yield from lines_of(call)


def lines_of(call: ast.Call) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name("logger")), attr=method), args=[message, *_]):
            fields = tuple(keyword.arg or "" for keyword in call.keywords)
            if isinstance(message, ast.Constant) and method in LEVELS:
                yield str(message.value), LEVELS[method], fields
        case ast.Call(func=ast.Attribute(attr="_tidy_up"), args=[ast.Constant(message), _]):
            yield str(message), "WARNING", ("error",)  # functions/usersync/settings logs what the service reports


def test_every_log_line_is_listed_with_its_level_and_fields() -> None:
    listed = {(name_of(row[0]), row[1], spans(row[2])) for row in rows("Log lines", "Message")}
    assert listed == set(logged_lines())


def test_messages_of_log_lines_are_constants_except_for_one_that_is_passed_on() -> None:
    """Otherwise the test above would miss a line."""
    found = []
    for path in [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers" / "bokabridge").rglob("*.py")]:
        found += re.findall(r"logger\(\)\.(?:info|warning|error|exception)\((?![\"'])(\w+)", path.read_text())
    assert found == ["what_failed"]


def test_log_lines_name_log_groups_that_exist() -> None:
    known = {Path(name_of(row[0])).name for row in rows("Log groups", "Log group")}
    assert [row[3] for row in rows("Log lines", "Message") if not set(spans(row[3])) <= known] == []


def test_members_of_every_line_are_listed() -> None:
    """In a process of its own, because other tests add members to this one's logger."""
    command = [sys.executable, "-c", "from bokabridge.logs import logger; logger().info('a line')"]
    environment = {"PYTHONPATH": str(ROOT / "layers" / "bokabridge"), "VERSION": "1.2.3"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    intro = DOCUMENT.read_text().split("\n## Log lines\n")[1].split("Lines of an invocation")[0]
    assert set(json.loads(done.stdout)) == set(spans(intro)) - {"bokabridge"}


def test_every_metric_of_ours_is_listed_with_its_unit_and_dimensions() -> None:
    listed = {name_of(row[0]): (row[1], set(spans(row[2]))) for row in rows("Metrics", "Metric")}
    units = written_units()
    assert listed == {each.name: (units[each.name], {name for name, _ in each.dimensions}) for each in written()}


def test_no_function_publishes_a_metric_that_the_others_tests_do_not_know() -> None:
    """`written` runs what publishes. This finds the places."""
    places = [path for path in (ROOT / "functions").rglob("*.py") if re.search(r"\bpublish\(", path.read_text())]
    assert {path.parent.name for path in places} == {"overdue", "schedule", "reconcile"}


def test_every_watched_metric_of_aws_is_listed() -> None:
    watched: set[Metric] = set(on_the_dashboard())
    watched |= {metric for alarm in alarms().values() for metric in watched_by(alarm)}
    wanted = {(each.namespace, each.name, frozenset(name for name, _ in each.dimensions)) for each in watched}
    listed = {
        (name_of(namespace), metric, frozenset(spans(dimensions)))
        for namespace, metrics, dimensions in rows("Metrics", "Namespace")
        for metric in spans(metrics)
    }
    assert listed == {each for each in wanted if each[0] != OURS}


def test_every_widget_of_the_dashboard_is_listed() -> None:
    titles = re.findall(r'"title": "([^"]+)"', json.dumps(resources()["Dashboard"]["Properties"]).replace('\\"', '"'))
    assert [row[0] for row in rows("Dashboard", "Widget")] == titles


def test_dead_letters_are_kept_for_14_days_as_the_page_says() -> None:
    kept = {row[0]: row[1] for row in rows("What is kept how long", "What")}
    queues = [each["Properties"] for each in resources().values() if each["Type"] == "AWS::SQS::Queue"]
    assert {queue["MessageRetentionPeriod"] for queue in queues} == {14 * 24 * 3600}
    assert kept["dead letters"] == "14 days"


def test_parameters_have_the_defaults_of_the_template() -> None:
    parameters: dict[str, Any] = template()["Parameters"]
    for name, default, _ in rows("Parameters for operations", "Parameter"):
        assert default == (str(parameters[name_of(name)]["Default"]) or "none"), name


def test_every_table_of_the_stack_has_a_way_to_be_restored() -> None:
    tables = [name for name, each in resources().items() if each["Type"] == "AWS::DynamoDB::Table"]
    assert [name_of(row[0]) for row in rows("Backup and restore", "Table")] == sorted(
        tables, key=["UserSyncTable", "CustomersTable", "ApiKeysTable", "UsageTable"].index
    )
    assert all(resources()[name]["Properties"]["PointInTimeRecoverySpecification"] for name in tables)

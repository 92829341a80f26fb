"""`bokabridge doctor`: what is wrong with a stack, and what to do."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property

import typer

from admin.checks import configuration, operation, secrets
from admin.checks.finding import Finding
from admin.client import Client
from admin.command import command
from admin.exits import ExitCode
from admin.output import Format, print_json
from admin.session import Session
from bokabridge.clock import utc_now
from bokabridge.errors import BridgeError
from bokabridge.wiring.operator import Alarm, Survey, as_sentences, clock_ahead
from local.stack.paths import ROOT

_MOST_USAGES = 50
"""The most findings of one kind that are read."""


class Examination:
    """The checks of one stack. Each reads what it needs when it is called, and raises what the reading raises."""

    def __init__(self, session: Session) -> None:
        self._deployed = session.deployed
        self._inspection = self._deployed.inspection()
        self._stage = self._deployed.stack.parameters.get("Stage", "")

    @property
    def checks(self) -> Mapping[str, Callable[[], list[Finding]]]:
        """The checks by their names."""
        return {
            "parameters": lambda: configuration.unset_parameters(self._deployed.stack.parameters),
            "secrets": self._secrets,
            "alarm topics": self._topics,
            "notices": self._notices,
            "alarms": lambda: configuration.alarms_on(self._alarms),
            "dead letters": lambda: operation.dead_letters(self._inspection.queues()),
            "sync jobs": lambda: operation.stuck_jobs(self._survey.running, utc_now()),
            "usages": self._usages,
            "libraries": lambda: operation.old_libraries(self._inspection.libraries(), oldest_libraries()),
            "clocks": self._clocks,
        }

    @cached_property
    def _alarms(self) -> list[Alarm]:
        return self._inspection.alarms()

    @cached_property
    def _survey(self) -> Survey:
        return self._deployed.survey()

    def _secrets(self) -> list[Finding]:
        versions, values = self._survey.secret_versions, self._deployed.stack.parameters
        store = values.get("SecretStore", secrets.SECRETS_MANAGER)
        own = secrets.own_secrets(self._stage, has_webhook=bool(values.get("WebhookUrl")))
        held = self._inspection.secrets([*own, *secrets.secrets_of(self._stage, versions)])
        wanted = secrets.parameters_of(self._stage, versions) if store != secrets.SECRETS_MANAGER else []
        stored = self._inspection.parameters(wanted)
        return [
            *secrets.missing_own_secrets(self._stage, own, held),
            *secrets.company_secrets(store, self._stage, versions, held, stored),
        ]

    def _topics(self) -> list[Finding]:
        arns = {arn for alarm in self._alarms for arn in alarm.topics if ":sns:" in arn}
        return configuration.alarms_without_topic(self._alarms, self._inspection.topics(arns))

    def _notices(self) -> list[Finding]:
        arn = self._deployed.stack.outputs.get("UserSyncNoticesTopicArn")
        return configuration.notices_unread(self._inspection.topics([arn] if arn else []))

    def _usages(self) -> list[Finding]:
        ledger = self._deployed.ledger
        return operation.open_usages(ledger.list_unsettled(_MOST_USAGES), ledger.list_disputed(_MOST_USAGES), utc_now())

    def _clocks(self) -> list[Finding]:
        before = utc_now()
        date = Client(self._deployed.api_url, {}).date()
        ahead_of_api = clock_ahead(before, utc_now(), date)
        return operation.clock_skew({"AWS": self._inspection.clock_ahead(), "the API": ahead_of_api})


def oldest_libraries() -> dict[str, str]:
    """The oldest libraries of the Lambda runtime that the tests run with. urllib3 comes with our layer instead."""
    pinned = (ROOT / "requirements" / "oldest-runtime.in").read_text()
    return dict(re.findall(r"^(boto3|botocore)==(\S+)$", pinned, re.MULTILINE))


def examine(checks: Mapping[str, Callable[[], list[Finding]]]) -> dict[str, list[Finding]]:
    """The findings of every check. A check that cannot be made is a finding, and the others go on."""
    return {name: _findings(name, check) for name, check in checks.items()}


def _findings(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        with as_sentences():
            return check()
    except BridgeError as error:
        return [Finding(name, f"The check could not be made. {error}", "Correct that and run the command again.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "doctor")(doctor)


def doctor(session: Session) -> None:
    """Look for faults of a stack, with your AWS credentials, and say what to do. Exit code 1 if there are any."""
    found = examine(Examination(session).checks)
    version = session.deployed.stack.outputs.get("Version", "unknown")
    if session.format is Format.JSON:
        print_json({"Stack": session.deployed.name, "Version": version, "Checks": _as_json(found)})
    else:
        print(f"{session.deployed.name}, version {version}\n{as_text(found)}")
    if any(found.values()):
        raise typer.Exit(ExitCode.BAD_NEWS)


def as_text(found: Mapping[str, list[Finding]]) -> str:
    """The findings for a person."""
    lines = []
    for name, findings in found.items():
        lines.append(f"{'FAULT' if findings else 'ok':<6} {name}")
        for each in findings:
            lines += [f"       {each.subject}: {each.problem}", f"       → {each.what_to_do}"]
    return "\n".join(lines)


def _as_json(found: Mapping[str, list[Finding]]) -> dict[str, list[dict[str, str]]]:
    return {
        name: [{"Subject": each.subject, "Problem": each.problem, "WhatToDo": each.what_to_do} for each in findings]
        for name, findings in found.items()
    }

"""Checks of what the deployer chose: parameters and alarms."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from admin.checks.finding import Finding
from bokabridge.wiring.operator import Alarm, Topic

MUST_BE_SET = {
    "AlarmTopicArn": "alarms notify nobody",
    "VossBaseUrl": "every usage gets a 503 and none is sent",
    "IdentityIssuer": "no token is accepted",
    "IdentityAudience": "no token is accepted",
    "CompanyClaim": "a token belongs to no company",
}
"""The parameters that every stack has to set (docs/deploy.md), and what it means if one is not set."""


def unset_parameters(parameters: Mapping[str, str]) -> list[Finding]:
    """Parameters that are empty or have a placeholder, as the template's defaults do."""
    return [
        Finding(
            name,
            f"The parameter is not set, so {consequence}.",
            f"Set {name} in samconfig.toml and deploy (docs/deploy.md).",
        )
        for name, consequence in MUST_BE_SET.items()
        if name in parameters and _is_placeholder(parameters[name])
    ]


def _is_placeholder(value: str) -> bool:
    """True for nothing, and for an address below `.invalid`, which never exists (RFC 2606)."""
    return not value.strip() or (urlsplit(value).hostname or "").endswith(".invalid")


def alarms_without_topic(alarms: Sequence[Alarm], topics: Sequence[Topic]) -> list[Finding]:
    """Alarms without a notification. If no alarm has a topic, that is one finding."""
    silent = [alarm for alarm in alarms if not alarm.topics or not alarm.is_enabled]
    deploy = "Set AlarmTopicArn in samconfig.toml and deploy (docs/deploy.md)."
    found = []
    if silent and len(silent) == len(alarms):
        found.append(Finding(f"all {len(alarms)} alarms", "No alarm notifies a topic.", deploy))
    else:
        found += [Finding(alarm.name, "The alarm notifies nobody, or its actions are off.", deploy) for alarm in silent]
    if not alarms:
        found.append(Finding("alarms", "The stack has no alarms.", "Deploy the current template."))
    for topic in topics:
        if topic.subscribers is None:
            found.append(Finding(topic.arn, "The alarms' topic does not exist.", deploy))
        elif topic.subscribers == 0:
            to_do = "Subscribe an address to the topic, and confirm it by the link in its e-mail."
            found.append(Finding(topic.arn, "The alarms' topic has no confirmed subscriber.", to_do))
    return found


def notices_unread(topics: Sequence[Topic]) -> list[Finding]:
    """Topics of notices without a reader. None: the stack is of a release without notices."""
    return [
        Finding(
            topic.arn,
            "Nobody learns that a company's syncs fail: the topic of the notices has no confirmed subscriber.",
            "Subscribe an address to the topic, and confirm it by the link in its e-mail (docs/notifications.md).",
        )
        for topic in topics
        if not topic.subscribers
    ]


def alarms_on(alarms: Sequence[Alarm]) -> list[Finding]:
    """Alarms that are on at this moment."""
    return [
        Finding(alarm.name, "The alarm is on.", "Its description in CloudWatch names its section of docs/runbook.md.")
        for alarm in alarms
        if alarm.state == "ALARM"
    ]

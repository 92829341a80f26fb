"""Checks of what the deployer chose: parameters, alarms, secrets."""

from collections.abc import Collection, Sequence

from admin.checks.finding import Finding
from bokabridge.wiring.operator import Alarm, Parameter, Topic

MUST_BE_SET = {
    "AlarmTopicArn": "alarms notify nobody",
    "VossBaseUrl": "every usage gets a 503 and none is sent",
    "IdentityIssuer": "the tokens of this stage's identity server may not be accepted",
}
"""The parameters whose default is right only for a stack without users, and the consequence of the default."""

_PROD_DEFAULTS = frozenset({"IdentityIssuer"})
"""Parameters whose default is that of prod."""

_VOSS = "bokabridge/{stage}/voss"
_AXEMA = "bokabridge/{stage}/axema/{company_id}"


def secrets_of(stage: str, companies: Collection[str]) -> list[str]:
    """The names of the secrets that a stack with these companies needs."""
    return [_VOSS.format(stage=stage), *(_AXEMA.format(stage=stage, company_id=each) for each in companies)]


def parameters_at_defaults(parameters: Sequence[Parameter], stage: str) -> list[Finding]:
    """Parameters that still have their defaults although the stack needs other values."""
    return [
        Finding(
            each.name,
            f"The parameter has its default, so {MUST_BE_SET[each.name]}.",
            f"Set {each.name} in samconfig.toml and deploy (docs/deploy.md).",
        )
        for each in parameters
        if each.name in MUST_BE_SET and each.is_default and not (stage == "prod" and each.name in _PROD_DEFAULTS)
    ]


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


def alarms_on(alarms: Sequence[Alarm]) -> list[Finding]:
    """Alarms that are on at this moment."""
    return [
        Finding(alarm.name, "The alarm is on.", "Read its description in CloudWatch, which says what to do.")
        for alarm in alarms
        if alarm.state == "ALARM"
    ]


def missing_secrets(missing: Collection[str], stage: str) -> list[Finding]:
    """Credentials that the functions cannot find. `missing` has the secrets' names."""
    voss = _VOSS.format(stage=stage)
    return [
        Finding(
            name,
            "The credentials for VOSS are missing, so every usage gets a 503.",
            f"Create the secret: aws secretsmanager create-secret --name {voss} (docs/deploy.md).",
        )
        if name == voss
        else Finding(
            name,
            "The company has Axema settings, but their secret is missing, so its syncs fail.",
            "Restore the secret, or save it again: bokabridge settings set --company "
            f"{name.rpartition('/')[2]} (docs/settings.md).",
        )
        for name in sorted(missing)
    ]

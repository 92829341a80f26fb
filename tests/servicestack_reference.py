"""ServiceStack's own output for the contract's operations (tests/data/servicestack), and our model as it knows it."""

import re
from dataclasses import replace
from pathlib import Path

from bokabridge.operations.index import OPERATIONS
from codegen.declarations import read_model
from codegen.model import ClassType, Model

REFERENCE = Path(__file__).parent / "data" / "servicestack"
HOST = "https://api.bokamera.se"

_ORDER = (
    "CreateAxemaUserSync",
    "QueryAxemaUserSyncJobs",
    "GetAxemaUserSyncJob",
    "CustomerQuery",
    "GetAxemaCodeLockSetting",
    "AddAxemaCodeLockSetting",
    "UpdateAxemaCodeLockSetting",
    "CreateVossUsage",
    "GetVossProducts",
)
"""The contract's operations, as the reference registered them."""

_SAFEGUARDS = frozenset({"HoldChangesPercent", "HoldMissingPercent", "DeactivateAfterDays"})
_OUR_SETTINGS = _SAFEGUARDS | {
    *("DeviceId", "ClientId", "ClientSecret", "ApiKey", "NameOrder", "Schedule", "ScheduleTimezone")
}
OUR_MEMBERS = {
    "CreateAxemaUserSync": frozenset({"DryRun", "Force"}),
    "CustomerQuery": frozenset({"After", "Visible"}),
    "QueryAxemaUserSyncJobs": frozenset({"Skip", "Take"}),
    "AddAxemaCodeLockSetting": _OUR_SETTINGS,
    "UpdateAxemaCodeLockSetting": _OUR_SETTINGS,
    "CodeLockAxemaSettingResponse": _SAFEGUARDS | {"NextRun", "SchedulePaused"},
}
"""What our DTOs have besides BokaMera's members (docs/servicestack.md)."""


def reference(name: str) -> str:
    """The text of a reference file, with LF as its newline."""
    return (REFERENCE / name).read_bytes().decode().replace("\r\n", "\n")


def _without_ours(each: ClassType) -> ClassType:
    ours = OUR_MEMBERS.get(each.name, frozenset())
    return replace(each, members=[member for member in each.members if member.name not in ours])


def contract_model() -> Model:
    """The contract's operations without our additions to them."""
    operations = sorted((each for each in OPERATIONS if not each.is_ours), key=lambda each: _ORDER.index(each.name))
    model = read_model(operations)
    calls = [replace(call, request=_without_ours(call.request)) for call in model.calls]
    types = {
        name: _without_ours(each) if isinstance(each, ClassType) else each
        for name, each in model.types.items()
        if name != "NameOrder"
    }
    return Model(calls, types | {call.name: call.request for call in calls})


def text_of(html: str) -> str:
    """The text of a metadata page as the reference has it: cells without a blank, one line for each row."""
    body = re.sub(r"(?s)<head>.*?</head>", "", html)
    body = re.sub(r"(?s)(<nav>.*?</nav>)", lambda found: found[1].replace("</a>", "</a>\n"), body)
    body = re.sub(r"</(?:tr|caption|h1|h2|h3|p|pre|header|div)>", "\n", body)
    text = re.sub(r"<[^>]+>", "", body)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text

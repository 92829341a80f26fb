"""The conditions on a company's settings under which its syncs start and go on."""

from bokabridge.adapters.dynamodb.items import Item
from bokabridge.errors import NotConfigured, SchedulePaused
from bokabridge.usersync.job import SyncJob, Trigger

_IS_WANTED = "IsActive = :yes AND (attribute_not_exists(IsScheduled) OR IsScheduled = :yes)"
MAY_START = {
    Trigger.Request: "IsActive = :yes",
    Trigger.Schedule: f"{_IS_WANTED} AND attribute_not_exists(PausedDate)",
}
"""The condition on the settings by the sync's trigger. A schedule that its settings no longer want starts nothing."""


def refusal(settings: Item | None) -> NotConfigured:
    """Why settings allow no start."""
    is_wanted = settings is not None and settings["IsActive"] and settings.get("IsScheduled", True)
    return SchedulePaused() if is_wanted else NotConfigured()


def may_go_on(job: SyncJob) -> str:
    """The condition on the settings while the job runs; see halt.py. Release 0.2.0 stored no AxemaSystem."""
    same_system = " AND (attribute_not_exists(AxemaSystem) OR AxemaSystem = :source)"
    return "IsActive = :yes" + (same_system if job.source else "")

"""The companies' schedules, for reading. wiring/settings.py has the scheduler that changes them."""

from datetime import timedelta
from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.schedules import EventBridgeSchedules
from bokabridge.settings.ports import Schedules
from bokabridge.wiring.environment import required, whole_number


@cache
def schedules() -> Schedules:
    """The schedules of all companies."""
    return EventBridgeSchedules(clients.scheduler(), required("SCHEDULE_GROUP"))


def flexible() -> timedelta:
    """How late EventBridge Scheduler may start a sync."""
    return timedelta(minutes=whole_number("SCHEDULE_FLEXIBLE_MINUTES"))

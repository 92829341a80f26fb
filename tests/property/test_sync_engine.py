"""Random failures in random order: after one undisturbed sync, every customer is as Axema says, and nobody else."""

from hypothesis import HealthCheck, settings

from tests.property.sync_machine import SyncMachine

TestInMemorySync = SyncMachine.TestCase
TestInMemorySync.settings = settings(
    max_examples=300, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

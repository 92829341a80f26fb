"""Deployments of CodeDeploy, which shift the callers of a function to its new version."""

from typing import Any


class Deployments:
    """The running deployments. The client has no type, because no other code uses CodeDeploy."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def report(self, deployment_id: str, execution_id: str, *, is_good: bool) -> None:
        """Tells a deployment that waits for its hook to go on, or to roll back."""
        self._client.put_lifecycle_event_hook_execution_status(
            deploymentId=deployment_id,
            lifecycleEventHookExecutionId=execution_id,
            status="Succeeded" if is_good else "Failed",
        )

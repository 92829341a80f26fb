"""Usages with an unknown outcome: the reconciler settles them on the template's schedule."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import urllib3

from tests.e2e.processes import function_processes
from tests.e2e.voss.bridge import VossBridge, error
from tests.e2e.waiting import wait_for

SETTLED_WITHIN_SECONDS = 180.0
"""The limit in docs/voss.md."""


@pytest.mark.needs_embedded_api("It kills a function's process, which under `sam local` is the container.")
def test_unknown_usages_are_reported_as_unknown_and_settle_to_one_line(bridge: VossBridge, key: str) -> None:
    """Takes minutes: the reconciler runs every minute and looks at usages claimed more than a minute ago."""
    unknown = {}
    for mode in ("error500", "acceptThen500", "acceptThenDrop", "unreadable", "slow"):
        bridge.behave(mode=mode)
        response = bridge.use(f"{key}-{mode}")
        assert (response.status, error(response)["ErrorCode"]) == (504, "OutcomeUnknown"), mode
        unknown[mode] = error(response)["Meta"]["UsageId"]
        assert bridge.usage(unknown[mode])["State"] == "Unknown"
        repeat = bridge.use(f"{key}-{mode}")
        assert (repeat.status, error(repeat)["Meta"]["UsageId"]) == (504, unknown[mode])
    bridge.reset()
    unknown["killed"] = _kill_between_send_and_save(bridge, f"{key}-killed")
    began = time.monotonic()

    def all_settled() -> bool:
        return all(bridge.usage(usage_id)["State"] == "Sent" for usage_id in unknown.values())

    wait_for(all_settled, SETTLED_WITHIN_SECONDS)
    print(f"settled {time.monotonic() - began:.0f} s after VOSS recovered: {', '.join(unknown)}")
    for mode, usage_id in unknown.items():
        assert bridge.lines(usage_id) == 1, mode
        again = bridge.use(f"{key}-{mode}")
        assert (again.status, again.json()) == (200, bridge.usage(usage_id)["Answer"])
    assert bridge.usage(unknown["error500"])["Attempts"] == 2
    assert bridge.usage(unknown["acceptThenDrop"])["Attempts"] == 1


def _kill_between_send_and_save(bridge: VossBridge, key: str) -> str:
    """Kills the function while VOSS works on its POST, and waits until VOSS has billed the usage."""
    bridge.behave(latencyMs=3000)
    posts = bridge.voss()["posts"]
    with ThreadPoolExecutor(1) as caller:
        response = caller.submit(bridge.use, key)
        wait_for(lambda: bridge.voss()["posts"] > posts, 30)
        pids = function_processes(bridge.stack, "VossApiFunction")
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert pids
        with suppress(urllib3.exceptions.HTTPError):
            assert response.result().status >= 500
    bridge.reset()
    usage_id = str(bridge.usage_by_key(key)["Id"])
    assert bridge.usage(usage_id)["State"] == "Sending"
    wait_for(lambda: bridge.lines(usage_id), 30)
    return usage_id

"""Counts what costs money, by running the functions' handlers on AWS's services in this process.

`python -m tests.counted_costs` writes the counts into costs/counted.json.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from bokabridge.operations.settings import ADD_AXEMA_CODE_LOCK_SETTING
from bokabridge.operations.voss import CREATE_VOSS_USAGE
from costs.files import COUNTED
from local.axema.credentials import credentials
from tests.api_gateway import WRITER, Context, event, status_and_body
from tests.axema import state, steer
from tests.data import COMPANY_ID
from tests.metering import Meter, metered, stored_bytes
from tests.template import resources
from tests.watched import alarms, watched_by
from tests.wired import Wired, clear_caches, wired

PEOPLE = 1000
PAGE_SIZE = 100
USAGES = 20
SYNCS = {"initial": {}, "unchanged": {}, "1 % changed": {"changed": PEOPLE // 100}}
"""The syncs, one after the other, and what has changed in Axema before each."""


class Scene:
    """A company with 1,000 people, whose functions' calls are metered."""

    def __init__(self, application: Wired, meter: Meter) -> None:
        self.handlers = application.handlers
        self.axema_url = application.axema_url
        self.meter = meter

    def invoke(self, function: str, given: dict[str, Any]) -> Any:
        self.meter.counts[function] += 1
        return self.handlers[function](given, Context(remaining_milliseconds=120_000))

    def save_settings(self) -> None:
        axema = credentials(COMPANY_ID)
        members = {"DeviceId": axema.device_id, "ClientId": axema.client_id}
        secrets = {"ClientSecret": axema.client_secret, "ApiKey": axema.api_key}
        operation = ADD_AXEMA_CODE_LOCK_SETTING
        body = json.dumps({**members, **secrets})
        response = self.handlers["UserSyncSettingsFunction"](
            event(operation.method, operation.path, caller=WRITER, body=body), Context()
        )
        assert status_and_body(response)[0] == 200, response

    def sync(self) -> dict[str, Any]:
        """Runs the state machine's states for one sync that a schedule started, and returns the counts."""
        self.meter.counts.clear()
        before = state(self.axema_url, COMPANY_ID)["requests"]
        started = self.invoke("UserSyncScheduleFunction", {"CompanyId": COMPANY_ID})
        run, transitions, is_done = {"CompanyId": COMPANY_ID, "JobId": started["JobId"]}, 0, False
        while not is_done:
            is_done = self.invoke("UserSyncPageFunction", run)["Done"]
            transitions += 2  # Page, IsDone
        self.invoke("UserSyncCloseFunction", run)
        counts = {**self.meter.counts, "transitions": transitions + 1, "scheduled invocations": 1}
        return {**counts, "Axema requests": state(self.axema_url, COMPANY_ID)["requests"] - before}

    def usages(self) -> dict[str, Any]:
        """The counts of some usages of a warm function, which VOSS accepts."""
        self._usage(0)
        self.meter.counts.clear()
        for number in range(1, USAGES + 1):
            self._usage(number)
        return {**self.meter.counts, "usages": USAGES}

    def _usage(self, number: int) -> None:
        operation = CREATE_VOSS_USAGE
        body = json.dumps({"CompanyId": COMPANY_ID, "ArticleNumber": "KONSULT-TIM", "Quantity": 6})
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"key-{number}"}
        response = self.invoke(
            "VossApiFunction", event(operation.method, operation.path, caller=WRITER, body=body, headers=headers)
        )
        assert status_and_body(response)[0] == 200, response


@contextmanager
def scene(**environment: str) -> Iterator[Scene]:
    with wired({COMPANY_ID: PEOPLE}, **environment) as application, metered() as meter:
        found = Scene(application, meter)
        found.save_settings()
        yield found


def counted_syncs(**environment: str) -> tuple[dict[str, Any], int]:
    """The counts of each sync, and the bytes that are stored after the first one."""
    with scene(**environment) as found:
        counts, stored = {}, 0
        for name, controls in SYNCS.items():
            steer(found.axema_url, COMPANY_ID, pageSize=PAGE_SIZE, **controls)
            clear_caches()  # the functions have been idle for a day
            counts[name] = found.sync()
            stored = stored or stored_bytes()
    return counts, stored


def counted_idle() -> dict[str, Any]:
    """The counts of one invocation of each function that EventBridge invokes, and the metrics that they write."""
    counts: dict[str, Any] = {}
    metrics: set[str] = set()
    with scene() as found:
        for function in ("VossReconcileFunction", "UserSyncOverdueFunction"):
            for _ in range(2):  # the first one is not warm
                found.meter.counts.clear()
                with redirect_stdout(io.StringIO()) as printed:
                    found.invoke(function, {})
            lines = [json.loads(line) for line in printed.getvalue().splitlines() if "CloudWatchMetrics" in line]
            metrics |= {
                metric["Name"]
                for line in lines
                for each in line["_aws"]["CloudWatchMetrics"]
                for metric in each["Metrics"]
            }
            counts[function] = dict(found.meter.counts)
    return {"functions": counts, "metrics": sorted(metrics)}


def counted_usages() -> dict[str, Any]:
    with scene() as found:
        return found.usages()


def counted_resources() -> dict[str, int]:
    """The metrics in alarms, each of which AWS charges for, and the dashboards."""
    kinds = [resource["Type"] for resource in resources().values()]
    return {
        "alarms": sum(len(watched_by(alarm)) for alarm in alarms().values()),
        "dashboards": kinds.count("AWS::CloudWatch::Dashboard"),
    }


def counted() -> dict[str, Any]:
    """Everything that costs/ prices."""
    syncs, stored = counted_syncs()
    by_page, _ = counted_syncs(PAGE_BUDGET_SECONDS="0")
    return {
        "people": PEOPLE,
        "pages": PEOPLE // PAGE_SIZE,
        "syncs": syncs,
        "syncs, one invocation per page": by_page,
        "usages": counted_usages(),
        "idle": counted_idle(),
        "stored bytes of a company": stored,
        **counted_resources(),
    }


def text(counts: dict[str, Any]) -> str:
    return json.dumps(counts, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write costs/counted.json."""
    COUNTED.write_text(text(counted()))


if __name__ == "__main__":
    main()

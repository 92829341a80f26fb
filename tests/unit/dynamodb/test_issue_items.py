"""The items with a page's issues."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.adapters.dynamodb.issues import issue_items
from bokabridge.adapters.dynamodb.items import encode
from bokabridge.adapters.dynamodb.job_items import to_item
from bokabridge.usersync.job import Counters, SyncJob, Trigger, new_job
from bokabridge.usersync.people import Issue
from tests.data import COMPANY_ID

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MAX_ITEM_BYTES = 400_000


def after_one_page() -> SyncJob:
    job = new_job(COMPANY_ID, Trigger.Request, NOON, NOON + timedelta(minutes=5))
    return job.advanced(Counters(found=1), None, NOON, NOON + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("count", "key", "reason"),
    [(0, "", ""), (28, "k", "short"), (2000, "k", "short"), (2000, "🙂" * 200, "r" * 2000), (40, "", "r" * 99_000)],
)
def test_every_item_fits_and_together_they_have_every_issue(count: int, key: str, reason: str) -> None:
    issues = [Issue(f"{at}{key}", reason, skipped=True) for at in range(count)]
    items = issue_items(after_one_page(), issues)
    assert [issue["Key"] for item in items for issue in item["Issues"]] == [issue.key for issue in issues]
    assert all(len(json.dumps(encode(item), ensure_ascii=False).encode()) < MAX_ITEM_BYTES for item in items)
    assert len({item["SK"] for item in items}) == len(items)


def test_issues_of_a_usual_page_are_one_item() -> None:
    issues = [Issue(f"{at:036}", "The e-mail address is not valid, so it was left out.", False) for at in range(500)]
    assert len(issue_items(after_one_page(), issues)) == 1


def test_issues_expire_with_their_job() -> None:
    job = after_one_page()
    (item,) = issue_items(job, [Issue("a", "why", skipped=True)])
    assert item["ExpiresAt"] == to_item(job)["ExpiresAt"]

"""`bokabridge usage`, without `month`."""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import boto3
import pytest
import urllib3

from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageOrder, new_usage
from tests.command_line import CommandLine
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USAGE_TABLE
from tests.wired import Wired

ARTICLE = "SMS-STYCK"


def steer_voss(application: Wired, **controls: object) -> None:
    response = urllib3.request("PUT", f"{application.voss_url}/_control", json=controls)
    assert response.status == 200, response.data


def stored_usage(company_id: str = COMPANY_ID, *, disputed: bool = False) -> Usage:
    """A usage that is in the ledger without VOSS."""
    ledger, now = DynamoLedger(boto3.client("dynamodb"), USAGE_TABLE), datetime.now(UTC)
    usage = new_usage(company_id, str(uuid.uuid4()), UsageOrder(ARTICLE, 2), now, Timing())
    ledger.reserve(usage)
    if disputed:
        after = usage.disputed("VOSS lists it twice.", now)
        assert ledger.change(usage, after)
        return after
    return usage


def test_usage_is_sent_and_its_key_repeats_it(cli: CommandLine) -> None:
    first = cli.run("usage", "send", ARTICLE, "3", "--json")
    sent = first.json
    key = sent["Idempotency-Key"]
    assert first.err == f"Idempotency-Key: {key}\n"
    assert sent["Replayed"] is False
    again = cli.run("usage", "send", ARTICLE, "3", "--key", key, "--json")
    assert again.json == {**sent, "Replayed": True}
    assert again.err == ""
    shown = cli.run("usage", "show", sent["UsageId"], "--json").json
    assert (shown["State"], shown["Quantity"], shown["IdempotencyKey"]) == ("Sent", 3, key)


def test_refused_usage_is_bad_news(application: Wired, cli: CommandLine) -> None:
    steer_voss(application, mode="reject")
    assert cli.run("usage", "send", ARTICLE, "3").code == 1


def test_unknown_outcome_has_its_own_code_and_names_the_key(application: Wired, cli: CommandLine) -> None:
    steer_voss(application, mode="acceptThenDrop", readBack="error500")
    unknown = cli.run("usage", "send", ARTICLE, "3", "--key", "my-key")
    assert (unknown.code, unknown.out) == (7, "")
    assert unknown.err.rstrip().endswith("Send it again with --key my-key: it is not billed twice.")


def test_usage_that_was_not_sent_may_be_sent_later(application: Wired, cli: CommandLine) -> None:
    steer_voss(application, mode="throttle")
    assert cli.run("usage", "send", ARTICLE, "3").code == 6


def test_reused_key_is_invalid(cli: CommandLine) -> None:
    assert cli.run("usage", "send", ARTICLE, "3", "--key", "one").code == 0
    assert cli.run("usage", "send", ARTICLE, "4", "--key", "one").code == 2


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "many"])
def test_quantity_is_a_positive_whole_number(cli: CommandLine, quantity: str) -> None:
    assert cli.run("usage", "send", ARTICLE, quantity).code == 2


def test_list_filters_and_has_csv(cli: CommandLine) -> None:
    sent = cli.run("usage", "send", ARTICLE, "3", "--json").json["UsageId"]
    disputed = stored_usage(disputed=True)
    assert [each["Id"] for each in cli.run("usage", "list", "--state", "disputed", "--json").json] == [disputed.id]
    rows = csv.DictReader(io.StringIO(cli.run("usage", "list", "--csv").out))
    assert {row["Id"]: row["State"] for row in rows} == {sent: "Sent", disputed.id: "Disputed"}
    assert cli.run("usage", "list", "--to", "2020-01-01").out == "There are no such usages.\n"
    assert cli.run("usage", "list", "--from", "yesterday").code == 2


@pytest.mark.parametrize(("decision", "state"), [("billed", "Sent"), ("not-billed", "Rejected")])
def test_superadmin_settles_a_disputed_usage(cli: CommandLine, decision: str, state: str) -> None:
    usage = stored_usage(OTHER_COMPANY_ID, disputed=True)
    arguments = ["usage", "settle", usage.id, decision, "--note", "seen on the bill", "--company", OTHER_COMPANY_ID]
    settled = cli.run(*arguments, "--json").json
    assert (settled["State"], settled["Settlement"]["Note"]) == (state, "seen on the bill")
    other = "billed" if decision == "not-billed" else "not-billed"
    assert cli.run(*arguments[:3], other, *arguments[4:]).code == 5


def test_only_a_superadmin_settles(caller: Callable[[str], CommandLine]) -> None:
    usage = stored_usage(disputed=True)
    assert caller("write").run("usage", "settle", usage.id, "billed", "--note", "n").code == 3

"""What only Parameter Store does with the companies' secrets: old versions, the size limit, and new parameters that it
is slow to show.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bokabridge.adapters.aws.parameters import MAX_BYTES, OUT_OF_USE, SETTLES_WITHIN, AxemaParameters
from bokabridge.errors import InvalidInput, RetriableError
from bokabridge.ids import uuid7
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from tests.axema import settings_of
from tests.dynamodb import aws_client

COMPANY, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = AxemaSecret({"password": "a password"})

pytestmark = pytest.mark.usefixtures("dynamodb")


def saved_at(now: datetime, company: str = COMPANY) -> AxemaSettings:
    connection = LocalEndpoint("vaka.example.com", 443, "bridge")
    return replace(settings_of(company), connection=connection, updated_at=now, secret_version=uuid7(now))


def store(now: datetime = NOON) -> AxemaParameters:
    return AxemaParameters(aws_client("ssm"), "prefix/", clock=lambda: now)


def stage_in_order(minutes: Sequence[int]) -> list[AxemaSettings]:
    """Saves of new secrets, so many minutes after noon."""
    versions: list[AxemaSettings] = []
    for at in minutes:
        before = versions[-1] if versions else None
        versions.append(saved_at(NOON + timedelta(minutes=at)))
        store().stage(before, versions[-1], SECRET)
    return versions


def kept(versions: Sequence[AxemaSettings]) -> list[bool]:
    return [store(NOON + timedelta(days=1)).find(each) is not None for each in versions]


def test_parameter_is_an_encrypted_one_of_the_free_tier() -> None:
    settings = saved_at(NOON)
    store().stage(None, settings, SECRET)
    (found,) = aws_client("ssm").describe_parameters()["Parameters"]
    assert found["Name"] == f"/prefix/{COMPANY}/{settings.secret_version}"
    assert (found["Type"], found["Tier"], found["KeyId"]) == ("SecureString", "Standard", "alias/aws/ssm")
    stored = aws_client("ssm").get_parameter(Name=found["Name"], WithDecryption=True)["Parameter"]["Value"]
    assert json.loads(stored)["Password"] == "a password"


def test_version_is_deleted_when_no_settings_can_name_it_any_more() -> None:
    assert kept(stage_in_order([0, 60, 120])) == [False, True, True]


def test_version_that_a_worker_may_still_use_is_kept() -> None:
    """A worker that read the settings just before the second save has those of the first one."""
    assert kept(stage_in_order([0, 60, 61])) == [True, True, True]
    assert kept(stage_in_order([200, 260, 261, 320])) == [False, False, True, True]


def test_save_that_failed_leaves_nothing_behind_for_ever() -> None:
    before = saved_at(NOON)
    store().stage(None, before, SECRET)
    failed = [saved_at(NOON + timedelta(hours=1, seconds=at)) for at in range(12)]
    for each in failed:
        store().stage(before, each, SECRET)
    assert kept([before, *failed]) == [True] * 13, "Another request may store the settings that name one of them."
    after = saved_at(NOON + timedelta(hours=2))
    store().stage(before, after, SECRET)
    assert kept([before, *failed, after]) == [True, *[False] * 12, True]


def test_version_of_a_request_that_is_not_over_is_kept() -> None:
    before = saved_at(NOON)
    store().stage(None, before, SECRET)
    first, second = (saved_at(NOON + timedelta(hours=1, seconds=at)) for at in (0, 20))
    store().stage(before, first, SECRET)
    store().stage(before, second, SECRET)
    assert kept([before, first, second]) == [True, True, True]
    assert timedelta(seconds=145) < OUT_OF_USE, "The longest time of a settings request (25 s) and of a worker (120 s)."


def test_secrets_of_a_company_that_was_removed_do_not_stay() -> None:
    """A save that overlaps the removal may leave a version behind."""
    left = saved_at(NOON)
    store().stage(None, left, SECRET)
    again = saved_at(NOON + timedelta(hours=1))
    store().stage(None, again, SECRET)
    assert kept([left, again]) == [False, True]


def test_removal_takes_all_versions_and_no_other_company_s() -> None:
    others = saved_at(NOON, OTHER)
    store().stage(None, others, SECRET)
    own = [saved_at(NOON + timedelta(seconds=at)) for at in range(25)]
    for each in own:
        store().stage(own[0], each, SECRET)
    store().remove(COMPANY)
    assert kept([*own, others]) == [*[False] * 25, True]


def test_longest_secrets_that_fit_are_stored() -> None:
    settings = replace(saved_at(NOON), connection=VakaOnline("device", "client"))
    longest = AxemaSecret({"client_secret": "s" * 1900, "api_key": "k" * 1900})
    store().stage(None, settings, longest)
    assert store().find(settings) == longest


@pytest.mark.parametrize(
    ("connection", "secret"),
    [
        (VakaOnline("d" * 200, "c" * 200), {"client_secret": "s" * 2000, "api_key": "k" * 2000}),
        (LocalEndpoint("vaka.example.com", 443, "bridge"), {"password": "å" * 2000}),
    ],
)
def test_secrets_that_are_too_long_are_refused_in_words(connection: Any, secret: dict[str, str]) -> None:
    settings = replace(saved_at(NOON), connection=connection)
    with pytest.raises(InvalidInput, match="has room for 4 KB"):
        store().stage(None, settings, AxemaSecret(secret))
    assert aws_client("ssm").describe_parameters()["Parameters"] == []
    assert MAX_BYTES == 4096


def test_new_version_that_is_not_visible_yet_is_a_retriable_error() -> None:
    """Parameter Store is eventually consistent. The settings name a version only after it was stored."""
    settings = saved_at(NOON)
    for seconds in (1, SETTLES_WITHIN.seconds - 1):
        with pytest.raises(RetriableError, match="Parameter Store"):
            store(NOON + timedelta(seconds=seconds)).find(settings)
    assert store(NOON + SETTLES_WITHIN + timedelta(seconds=1)).find(settings) is None


def test_settings_of_release_0_2_0_have_no_secret_here() -> None:
    settings = saved_at(NOON)
    store().stage(None, settings, SECRET)
    assert store().find(replace(settings, secret_version=None)) is None


@pytest.mark.parametrize("stored", ["no json", "[]", "7", '{"ApiKey": "a\\nb"}'])
def test_parameter_that_no_request_could_have_given_is_no_secret(stored: str) -> None:
    settings = saved_at(NOON)
    name = f"/prefix/{COMPANY}/{settings.secret_version}"
    aws_client("ssm").put_parameter(Name=name, Value=stored, Type="SecureString")
    assert store().find(settings) is None

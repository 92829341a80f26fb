"""Small things that others stand on."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.config import ConfigurationError, api_config, close_config, settings_config
from bokabridge.ids import uuid7


def test_uuid7_is_valid_and_sorts_by_time() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    ids = [uuid7(noon + timedelta(milliseconds=at)) for at in range(100)]
    assert ids == sorted(ids)
    parsed = uuid.UUID(ids[0])
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == int(noon.timestamp() * 1000)


def test_two_uuid7_of_the_same_moment_differ() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert uuid7(now) != uuid7(now)


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USER_SYNC_TABLE", raising=False)
    with pytest.raises(ConfigurationError, match="USER_SYNC_TABLE"):
        close_config()


def test_a_functions_settings_come_from_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER_SYNC_TABLE", "CUSTOMERS_TABLE", "STATE_MACHINE_ARN"):
        monkeypatch.setenv(name, name.lower())
    monkeypatch.setenv("LEASE_SECONDS", "90")
    monkeypatch.setenv("PUBLIC_URL", "https://api.example.com/")
    config = api_config()
    assert (config.user_sync_table, config.lease) == ("user_sync_table", timedelta(seconds=90))
    assert config.public_url == "https://api.example.com"


@pytest.mark.parametrize(
    ("given", "expected"), [("", None), ("rate(1 days)", "rate(1 day)"), ("cron(0 4 * * ? *)", "cron(0 4 * * ? *)")]
)
def test_a_default_schedule_is_checked_where_it_is_read(
    monkeypatch: pytest.MonkeyPatch, given: str, expected: str | None
) -> None:
    names = ("USER_SYNC_TABLE", "AXEMA_API_URL", "AXEMA_TOKEN_URL", "AXEMA_SCOPE", "SECRETS_PREFIX", "SCHEDULE_GROUP")
    arns = ("SCHEDULE_FUNCTION_ARN", "SCHEDULE_ROLE_ARN", "SCHEDULE_DEAD_LETTERS_ARN")
    for name in (*names, *arns):
        monkeypatch.setenv(name, name.lower())
    monkeypatch.setenv("ALLOW_PRIVATE_ENDPOINTS", "false")
    monkeypatch.setenv("SCHEDULE_FLEXIBLE_MINUTES", "15")
    monkeypatch.setenv("DEFAULT_SCHEDULE", given)
    config = settings_config()
    assert config.default_schedule == expected
    assert config.axema.allows_private_endpoints is False
    monkeypatch.setenv("DEFAULT_SCHEDULE", "daily")
    with pytest.raises(ConfigurationError, match="DEFAULT_SCHEDULE"):
        settings_config()

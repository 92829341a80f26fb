"""What the functions read from their environment, and that template.yaml sets it for each of them."""

import importlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bokabridge.wiring.environment import ConfigurationError, public_url, user_sync_table
from bokabridge.wiring.settings import default_schedule
from bokabridge.wiring.usersync import lease
from tests.template import functions
from tests.wired import clear_caches

ADDRESSES = {
    "IDENTITY_ISSUER": "https://identity.example.com/realms/demo",
    "AXEMA_TOKEN_URL": "https://login.example.com/token",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "DEFAULT_SCHEDULE": "rate(1 day)",
    "SECRET_STORE": "Both",
}
"""Variables that a number will not do for. All others get one: it serves as a name as well."""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An environment without our variables, and nothing that was built from another one."""
    for properties in functions().values():
        for name in properties["Environment"]["Variables"]:
            monkeypatch.delenv(name, raising=False)
    clear_caches()
    yield monkeypatch
    clear_caches()


@pytest.mark.parametrize("function", functions())
def test_the_template_sets_every_variable_that_a_function_needs(function: str, environment: pytest.MonkeyPatch) -> None:
    properties = functions()[function]
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        environment.setenv(name, "eu-north-1")
    for name in properties["Environment"]["Variables"]:
        environment.setenv(name, ADDRESSES.get(name, "90"))
    app = importlib.import_module(properties["CodeUri"].replace("/", ".") + ".app")
    wired = [value for value in vars(app).values() if getattr(value, "__module__", "").startswith("bokabridge.wiring")]
    assert wired
    for build in wired:
        build()


def test_a_missing_variable_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("USER_SYNC_TABLE", "")
    with pytest.raises(ConfigurationError, match="USER_SYNC_TABLE"):
        user_sync_table()


def test_a_number_of_seconds_must_be_one(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LEASE_SECONDS", "90")
    assert lease() == timedelta(seconds=90)
    environment.setenv("LEASE_SECONDS", "soon")
    with pytest.raises(ConfigurationError, match="LEASE_SECONDS"):
        lease()


def test_the_public_url_ends_without_a_slash(environment: pytest.MonkeyPatch) -> None:
    assert public_url() == ""
    environment.setenv("PUBLIC_URL", "https://api.example.com/")
    assert public_url() == "https://api.example.com"


@pytest.mark.parametrize(
    ("given", "expected"), [("", None), ("rate(1 days)", "rate(1 day)"), ("cron(0 4 * * ? *)", "cron(0 4 * * ? *)")]
)
def test_the_default_schedule_is_checked(environment: pytest.MonkeyPatch, given: str, expected: str | None) -> None:
    environment.setenv("DEFAULT_SCHEDULE", given)
    assert default_schedule() == expected


@pytest.mark.parametrize("given", ["daily", "rate(5 minutes)", "cron(0 3 31 2 ? *)"])
def test_default_schedule_that_a_company_may_not_have_is_refused(environment: pytest.MonkeyPatch, given: str) -> None:
    environment.setenv("DEFAULT_SCHEDULE", given)
    with pytest.raises(ConfigurationError, match="DEFAULT_SCHEDULE"):
        default_schedule()

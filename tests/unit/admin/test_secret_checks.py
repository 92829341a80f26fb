"""Where the doctor looks for the companies' secrets, and what it says."""

import pytest

from admin.checks.secrets import (
    company_parameter,
    company_secret,
    company_secrets,
    missing_own_secrets,
    own_secrets,
    parameters_of,
)
from tests.data import COMPANY_ID

VERSION = "019ab8f0-0000-7000-8000-000000000001"
SECRET = company_secret("dev", COMPANY_ID)
PARAMETER = company_parameter("dev", COMPANY_ID, VERSION)
THERE, OLDER, NOWHERE = {SECRET: {VERSION}}, {SECRET: {"another"}}, dict[str, set[str]]()


def problems(store: str, held: dict[str, set[str]], parameters: set[str], version: str | None = VERSION) -> list[str]:
    found = company_secrets(store, "dev", {COMPANY_ID: version}, held, parameters)
    return [f"{each.subject}: {each.problem.split(',')[0]}" for each in found]


MISSING = "The company has Axema settings"
ONE_ONLY = "The company's secrets are in one of the two stores only."
LEFT_OVER = "The company's secrets are in Parameter Store. This copy is not read any more and costs $0.40 a month."


@pytest.mark.parametrize(
    ("store", "held", "parameters", "found"),
    [
        ("SecretsManager", THERE, set(), []),
        ("SecretsManager", OLDER, set(), []),  # an operator has edited the secret
        ("SecretsManager", NOWHERE, {PARAMETER}, [f"{SECRET}: {MISSING}"]),
        ("Both", THERE, {PARAMETER}, []),
        ("Both", THERE, set(), [f"{PARAMETER}: {ONE_ONLY}"]),
        ("Both", NOWHERE, {PARAMETER}, [f"{SECRET}: {ONE_ONLY}"]),
        ("Both", OLDER, {PARAMETER}, [f"{SECRET}: {ONE_ONLY}"]),  # from before the deployment moved away
        ("Both", NOWHERE, set(), [f"{SECRET}: {MISSING}"]),
        ("ParameterStore", NOWHERE, {PARAMETER}, []),
        ("ParameterStore", NOWHERE, set(), [f"{PARAMETER}: {MISSING}"]),
        ("ParameterStore", THERE, {PARAMETER}, [f"{SECRET}: {LEFT_OVER}"]),
    ],
)
def test_companys_secrets(store: str, held: dict[str, set[str]], parameters: set[str], found: list[str]) -> None:
    assert problems(store, held, parameters) == found


def test_secrets_of_release_0_2_0_are_not_copied_before_a_save() -> None:
    assert problems("Both", {SECRET: {"any"}}, set(), version=None) != []
    assert problems("SecretsManager", {SECRET: {"any"}}, set(), version=None) == []


def test_one_parameter_per_company() -> None:
    assert parameters_of("dev", {COMPANY_ID: VERSION}) == [f"/bokabridge/dev/axema/{COMPANY_ID}/{VERSION}"]


@pytest.mark.parametrize(
    ("has_webhook", "missing"),
    [(False, ["bokabridge/dev/voss"]), (True, ["bokabridge/dev/voss", "bokabridge/dev/webhook"])],
)
def test_own_secrets_are_in_secrets_manager_with_every_store(has_webhook: bool, missing: list[str]) -> None:
    own = own_secrets("dev", has_webhook=has_webhook)
    assert missing_own_secrets("dev", own, own) == []
    assert [found.subject for found in missing_own_secrets("dev", own, THERE)] == missing

"""Staging secrets in Secrets Manager, and stores that refuse, over real HTTP."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from bokabridge.adapters.aws.parameters import AxemaParameters
from bokabridge.adapters.aws.secrets import AxemaSecrets
from bokabridge.errors import RetriableError
from bokabridge.ids import uuid7
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.model import AxemaSecret
from bokabridge.settings.ports import SecretStore
from tests.aws_server import Responses, aws, failure, secrets_manager_client, systems_manager_client, unreachable
from tests.axema import settings_of

COMPANY = "11111111-1111-4111-8111-111111111111"
BEFORE = settings_of(COMPANY)
SETTINGS = replace(
    BEFORE, connection=LocalEndpoint("vaka.example.com", 443, "bridge"), secret_version=uuid7(BEFORE.created_at)
)
NEW = AxemaSecret({"password": "new"})

TO_BE_DELETED = failure("InvalidRequestException")
MISSING = failure("ResourceNotFoundException")
DONE: tuple[int, dict[str, Any]] = (200, {})


def staged_on(responses: Responses) -> list[str]:
    """The actions of Secrets Manager that `stage` calls when they have these responses."""
    with aws(responses) as (url, requests):
        AxemaSecrets(secrets_manager_client(url), "prefix/").stage(BEFORE, SETTINGS, NEW)
    return [
        "Restore" if request.keys() == {"SecretId"} else "Create" if "Name" in request else "Put"
        for request in requests
    ]


@pytest.mark.parametrize(
    ("responses", "actions"),
    [
        ([DONE], ["Put"]),
        ([MISSING, DONE], ["Put", "Create"]),
        ([TO_BE_DELETED, DONE, DONE], ["Put", "Restore", "Put"]),
        ([TO_BE_DELETED, failure("InvalidRequestException"), DONE], ["Put", "Restore", "Put"]),
        ([MISSING, failure("ResourceExistsException"), DONE], ["Put", "Create", "Put"]),
        ([MISSING, TO_BE_DELETED, TO_BE_DELETED, DONE, DONE], ["Put", "Create", "Put", "Restore", "Put"]),
        ([TO_BE_DELETED, MISSING, MISSING, DONE], ["Put", "Restore", "Put", "Create"]),
    ],
)
def test_secret_is_created_or_restored_as_needed(responses: Responses, actions: list[str]) -> None:
    assert staged_on(responses) == actions


def test_secret_that_can_neither_be_written_nor_restored_is_a_retriable_error() -> None:
    with pytest.raises(RetriableError):
        staged_on([TO_BE_DELETED])


def test_secret_that_is_scheduled_for_deletion_is_no_secret() -> None:
    with aws([TO_BE_DELETED]) as (url, _):
        store = AxemaSecrets(secrets_manager_client(url), "prefix/")
        assert store.find(SETTINGS) is None
        store.remove(COMPANY)


def secrets_manager(url: str) -> SecretStore:
    return AxemaSecrets(secrets_manager_client(url), "prefix/")


def parameter_store(url: str) -> SecretStore:
    return AxemaParameters(systems_manager_client(url), "prefix/")


@pytest.mark.parametrize(
    ("connect", "who", "codes"),
    [
        (secrets_manager, "Secrets Manager", ["ThrottlingException"]),
        (parameter_store, "Parameter Store", ["ThrottlingException", "TooManyUpdates"]),
    ],
)
def test_store_that_is_away_or_busy_is_a_retriable_error(
    connect: Callable[[str], SecretStore], who: str, codes: list[str]
) -> None:
    def calls(store: SecretStore) -> list[Callable[[], object]]:
        return [
            lambda: store.get(SETTINGS),
            lambda: store.find(SETTINGS),
            lambda: store.stage(BEFORE, SETTINGS, NEW),
            *([lambda: store.promote(SETTINGS)] if connect is secrets_manager else []),
            lambda: store.remove(COMPANY),
        ]

    with ExitStack() as stack:
        answers: list[Responses] = [[(500, {})], *([failure(code)] for code in codes)]
        urls = [stack.enter_context(unreachable()), *(stack.enter_context(aws(each))[0] for each in answers)]
        for url in urls:
            for call in calls(connect(url)):
                with pytest.raises(RetriableError, match=who):
                    call()

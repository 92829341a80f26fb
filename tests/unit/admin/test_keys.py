"""The commands that issue, list and revoke API keys."""

from datetime import UTC, datetime, timedelta

import pytest

from admin.api_keys import main, new_api_key, table_of
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.principal import READ, WRITE
from bokabridge.errors import Unauthenticated
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.unit.admin.stack import STACK, issue

HEADER = (
    "ID                COMPANY                               ROLE        ENDS              STATE    LAST USED (UTC)"
)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(("role", "granted"), [("read", READ), ("write", WRITE)])
def test_a_new_key_has_the_given_company_and_role(role: str, granted: str) -> None:
    store = InMemoryApiKeys()
    stored = store.find(hash_of(new_api_key(store, COMPANY_ID, role)))
    assert stored is not None
    caller = stored.principal("192.0.2.1", NOW)
    assert (caller.company_id, caller.roles) == (COMPANY_ID, frozenset({granted}))


def test_a_new_key_expires_at_the_given_time() -> None:
    store = InMemoryApiKeys()
    stored = store.find(hash_of(new_api_key(store, COMPANY_ID, "write", NOW + timedelta(days=90))))
    assert stored is not None
    assert stored.principal("192.0.2.1", NOW + timedelta(days=89)).company_id == COMPANY_ID
    with pytest.raises(Unauthenticated):
        stored.principal("192.0.2.1", NOW + timedelta(days=90))


def test_every_new_key_is_different() -> None:
    store = InMemoryApiKeys()
    assert new_api_key(store, COMPANY_ID, "write") != new_api_key(store, COMPANY_ID, "write")


@pytest.mark.parametrize(("days", "lifetime"), [("1", 1), (" 90 ", 90), ("3650", 3650), ("never", None), (None, None)])
def test_a_key_is_issued_for_so_many_days(
    account: DynamoApiKeys, capsys: pytest.CaptureFixture[str], days: str | None, lifetime: int | None
) -> None:
    before = datetime.now(UTC)
    assert issue(*(["--days", days] if days else [])) == 0
    stored = account.find(hash_of(capsys.readouterr().out))
    assert stored is not None
    if lifetime is None:
        assert stored.expires_at is None
    else:
        assert stored.expires_at is not None
        assert timedelta(0) <= stored.expires_at - before - timedelta(days=lifetime) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "days", ["0", "-1", "", " ", "1.5", "1e3", "ninety", "\u0661", "3651", "99999999999", "Never!"]
)
def test_other_days_are_refused(account: DynamoApiKeys, capsys: pytest.CaptureFixture[str], days: str) -> None:
    assert issue(f"--days={days}") == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "DAYS must be a whole number from 1 to 3650, or never for a key without an end.\n",
    )
    assert account.list() == []


@pytest.mark.parametrize(
    "company",
    ["", "Brf", "00000000-0000-0000-0000-000000000000", COMPANY_ID.replace("-", ""), f"urn:uuid:{COMPANY_ID}"],
)
def test_a_company_is_named_by_its_id(account: DynamoApiKeys, capsys: pytest.CaptureFixture[str], company: str) -> None:
    assert issue("--force", company=company) == 1
    assert capsys.readouterr().err.startswith("COMPANY must be the company's id")
    assert account.list() == []


def test_a_company_that_the_stack_does_not_know_needs_a_second_look(
    account: DynamoApiKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    assert issue(company=OTHER_COMPANY_ID) == 1
    said = capsys.readouterr()
    assert said.err.endswith("Check the id. If it is right, repeat the command with FORCE=1.\n")
    assert (said.out, account.list()) == ("", [])
    assert issue("--force", company=OTHER_COMPANY_ID.upper()) == 0
    assert [key.company_id for key in account.list()] == [OTHER_COMPANY_ID]


@pytest.mark.parametrize(
    ("stack", "sentence"),
    [
        ("", "STACK must be the stack's name, such as bokabridge-prod."),
        ("nothing", "There is no stack 'nothing' in eu-north-1. Check STACK and AWS_DEFAULT_REGION."),
        ("another", "The stack 'another' has no output 'ApiKeysTableName', so it is not bokabridge. Check STACK."),
    ],
)
@pytest.mark.parametrize("command", [["issue", "--company", COMPANY_ID], ["list"], ["revoke", "--id", "0" * 16]])
def test_a_stack_that_is_not_there_is_a_sentence(
    account: DynamoApiKeys, capsys: pytest.CaptureFixture[str], stack: str, sentence: str, command: list[str]
) -> None:
    assert main(["--stack", stack, *command]) == 1
    assert capsys.readouterr().err == f"{sentence}\n"


def test_keys_are_listed_by_company_with_their_ends_and_last_use() -> None:
    keys = [
        ApiKey("b" * 64, OTHER_COMPANY_ID, frozenset({READ}), active=False),
        ApiKey("c" * 64, COMPANY_ID, frozenset({WRITE, READ}), expires_at=NOW, last_used_at=NOW),
        ApiKey("a" * 64, COMPANY_ID, frozenset({WRITE}), expires_at=NOW + timedelta(days=1)),
    ]
    assert table_of(keys, NOW).splitlines() == [
        HEADER,
        f"{'a' * 16}  {COMPANY_ID}  write       2026-11-22 12:00  active   -",
        f"{'c' * 16}  {COMPANY_ID}  read,write  2026-11-21 12:00  ended    2026-11-21 12:00",
        f"{'b' * 16}  {OTHER_COMPANY_ID}  read        never             revoked  -",
    ]


def test_a_company_sees_its_own_keys_and_never_the_key_itself(
    account: DynamoApiKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (issue(), issue("--force", company=OTHER_COMPANY_ID)) == (0, 0)
    keys = capsys.readouterr().out.split()
    assert main(["--stack", STACK, "list", "--company", COMPANY_ID]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[1] for line in shown.splitlines()[1:]] == [COMPANY_ID]
    assert not [key for key in keys if key in shown]
    assert main(["--stack", STACK, "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.parametrize("written", ["{}", "api-key-{}", " {} "])
def test_a_key_is_revoked_by_its_id(account: DynamoApiKeys, capsys: pytest.CaptureFixture[str], written: str) -> None:
    assert (issue(), issue()) == (0, 0)
    revoked, kept = (hash_of(key) for key in capsys.readouterr().out.split())
    assert main(["--stack", STACK, "revoke", "--id", written.format(revoked[:16])]) == 0
    said = capsys.readouterr().out
    assert said == f"Revoked the API key {revoked[:16]} of company {COMPANY_ID}. It stops working within 60 s.\n"
    assert {key.key_hash: key.active for key in account.list()} == {revoked: False, kept: True}
    assert main(["--stack", STACK, "revoke", "--id", revoked[:16]]) == 0
    assert capsys.readouterr().out.endswith("was revoked before.\n")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        *((text, "ID must be the 16 digits") for text in ("", "abc", "*" * 16, "0" * 15, "0" * 65)),
        ("0" * 16, "There is no API key with the id 0000000000000000."),
    ],
)
def test_an_id_that_is_not_there_is_a_sentence(
    account: DynamoApiKeys, capsys: pytest.CaptureFixture[str], given: str, sentence: str
) -> None:
    assert issue() == 0
    assert main(["--stack", STACK, "revoke", "--id", given]) == 1
    assert capsys.readouterr().err.startswith(sentence)
    assert [key.active for key in account.list()] == [True]

"""`bokabridge keys`: issue, list and revoke API keys."""

from datetime import UTC, datetime, timedelta

import pytest

from admin.keys import new_api_key, rows_of
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.principal import READ, WRITE
from bokabridge.errors import Unauthenticated
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.unit.admin.conftest import Operator

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
def test_a_key_is_issued_for_so_many_days(operator: Operator, days: str | None, lifetime: int | None) -> None:
    before = datetime.now(UTC)
    issued = operator.issue(*(["--days", days] if days else []))
    assert issued.code == 0, issued.err
    stored = operator.keys.find(hash_of(issued.out))
    assert stored is not None
    if lifetime is None:
        assert stored.expires_at is None
    else:
        assert stored.expires_at is not None
        assert timedelta(0) <= stored.expires_at - before - timedelta(days=lifetime) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "days", ["0", "-1", "", " ", "1.5", "1e3", "ninety", "\u0661", "3651", "99999999999", "Never!"]
)
def test_other_days_are_refused(operator: Operator, days: str) -> None:
    refused = operator.issue(f"--days={days}")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "--days must be a whole number from 1 to 3650, or never for a key without an end.\n"
    assert operator.keys.list() == []


@pytest.mark.parametrize(
    "company",
    ["", "Brf", "00000000-0000-0000-0000-000000000000", COMPANY_ID.replace("-", ""), f"urn:uuid:{COMPANY_ID}"],
)
def test_a_company_is_named_by_its_id(operator: Operator, company: str) -> None:
    refused = operator.issue("--force", company=company)
    assert refused.code == 2
    assert "must be the company's id" in refused.err
    assert operator.keys.list() == []


def test_a_company_that_the_stack_does_not_know_needs_a_second_look(operator: Operator) -> None:
    refused = operator.issue(company=OTHER_COMPANY_ID)
    assert (refused.code, refused.out, operator.keys.list()) == (4, "", [])
    assert refused.err.endswith("Check the id. If it is right, repeat the command with --force.\n")
    assert operator.issue("--force", company=OTHER_COMPANY_ID.upper()).code == 0
    assert [key.company_id for key in operator.keys.list()] == [OTHER_COMPANY_ID]


def test_issued_key_as_json_has_its_id_and_end(operator: Operator) -> None:
    issued = operator.issue("--days", "90", "--json").json
    stored = operator.keys.find(hash_of(issued["ApiKey"]))
    assert stored is not None
    assert issued["Id"] == stored.id
    assert stored.expires_at is not None
    assert issued["Ends"] == f"{stored.expires_at:%Y-%m-%dT%H:%MZ}"


@pytest.mark.parametrize(
    ("stack", "code", "sentence"),
    [
        ("", 2, "--stack must be the stack's name, such as bokabridge-prod."),
        ("two words", 2, "--stack must be the stack's name, such as bokabridge-prod."),
        ("nothing", 4, "There is no stack 'nothing' in eu-north-1. Check --stack and AWS_DEFAULT_REGION."),
    ],
)
@pytest.mark.parametrize("command", [["issue", "--company", COMPANY_ID], ["list"], ["revoke", "0" * 16]])
def test_a_stack_that_is_not_there_is_a_sentence(
    operator: Operator, stack: str, code: int, sentence: str, command: list[str]
) -> None:
    refused = operator.cli.run("--stack", stack, "keys", *command)
    assert (refused.code, refused.out, refused.err) == (code, "", f"{sentence}\n")


def test_a_stack_of_something_else_is_a_sentence(operator: Operator) -> None:
    operator.stack.outputs = {"Else": "something"}
    refused = operator.run("keys", "list")
    assert refused.code == 4
    assert refused.err.endswith("has no output 'ApiKeysTableName', so it is not bokabridge. Check --stack.\n")


def test_keys_are_listed_by_company_with_their_ends_and_last_use() -> None:
    keys = [
        ApiKey("b" * 64, OTHER_COMPANY_ID, frozenset({READ}), active=False),
        ApiKey("c" * 64, COMPANY_ID, frozenset({WRITE, READ}), expires_at=NOW, last_used_at=NOW),
        ApiKey("a" * 64, COMPANY_ID, frozenset({WRITE}), expires_at=NOW + timedelta(days=1)),
    ]
    assert [list(row.values()) for row in rows_of(keys, NOW)] == [
        ["a" * 16, COMPANY_ID, "write", "2026-11-22T12:00Z", "active", None],
        ["c" * 16, COMPANY_ID, "read,write", "2026-11-21T12:00Z", "ended", "2026-11-21T12:00Z"],
        ["b" * 16, OTHER_COMPANY_ID, "read", "never", "revoked", None],
    ]


def test_a_company_sees_its_own_keys_and_never_the_key_itself(operator: Operator) -> None:
    keys = [operator.issue().out.strip(), operator.issue("--force", company=OTHER_COMPANY_ID).out.strip()]
    own = operator.run("keys", "list", "--company", COMPANY_ID).out
    assert [line.split()[1] for line in own.splitlines()[1:]] == [COMPANY_ID]
    assert not [key for key in keys if key in own]
    assert len(operator.run("keys", "list").out.splitlines()) == 3
    assert len(operator.run("keys", "list", "--json").json) == 2
    assert operator.run("keys", "list", "--csv").out.splitlines()[0] == "Id,CompanyId,Role,Ends,State,LastUse"


@pytest.mark.parametrize("written", ["{}", "api-key-{}", " {} "])
def test_a_key_is_revoked_by_its_id(operator: Operator, written: str) -> None:
    revoked, kept = hash_of(operator.issue().out), hash_of(operator.issue().out)
    done = operator.run("keys", "revoke", written.format(revoked[:16]))
    assert done.out == f"Revoked the API key {revoked[:16]} of company {COMPANY_ID}. It stops working within 60 s.\n"
    assert {key.key_hash: key.active for key in operator.keys.list()} == {revoked: False, kept: True}
    again = operator.run("keys", "revoke", revoked[:16])
    assert (again.code, again.out.endswith("was revoked before.\n")) == (0, True)


@pytest.mark.parametrize(
    ("given", "code", "sentence"),
    [
        *((text, 2, "The id must be the 16 digits") for text in ("", "abc", "*" * 16, "0" * 15, "0" * 65)),
        ("0" * 16, 4, "There is no API key with the id 0000000000000000."),
    ],
)
def test_an_id_that_is_not_there_is_a_sentence(operator: Operator, given: str, code: int, sentence: str) -> None:
    assert operator.issue().code == 0
    refused = operator.run("keys", "revoke", given)
    assert (refused.code, refused.out) == (code, "")
    assert refused.err.startswith(sentence)
    assert [key.active for key in operator.keys.list()] == [True]

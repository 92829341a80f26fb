"""Reading Axema's records: user ids, and members that are absent or have the wrong type."""

import json
from typing import Any

import pytest

from bokabridge.adapters.axema.records import record, user_id
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.normalise import normalise
from bokabridge.usersync.people import AxemaUser, BrokenRecord, NoText

GUID = "e378c9d4-52a3-5491-8bf3-9ecaaec8b58b"


def read(body: str) -> Any:
    return record(json.loads(body), "userId")


def test_record_with_all_members_is_a_user() -> None:
    body = '{"userId": "u1", "name": "Berg, Anna", "email": "anna@example.com", "phone": "070-1740605"}'
    assert read(body) == AxemaUser("u1", "Berg, Anna", "anna@example.com", "070-1740605")


def test_member_that_the_source_does_not_send_is_absent_and_null_is_not() -> None:
    assert read('{"userId": "u1", "name": "Bo"}') == AxemaUser("u1", "Bo", NoText.Absent, NoText.Absent)
    assert read('{"userId": "u1", "name": "Bo", "email": null, "phone": ""}') == AxemaUser("u1", "Bo", None, "")


@pytest.mark.parametrize("name", ["", '"name": null,', '"name": "",'])
def test_record_without_a_name_is_skipped_as_one_without_a_name(name: str) -> None:
    user = read(f'{{{name} "userId": "u1"}}')
    assert normalise(user, NameOrder.LastFirst).remarks == ("The user has no name.",)


@pytest.mark.parametrize("phone", ["701740605", "46701740605", "701740605.0", "4.6701740605e10", '"070-174 06 05"'])
def test_phone_that_is_a_number_is_read_as_its_digits(phone: str) -> None:
    person = normalise(read(f'{{"userId": "u1", "name": "Bo", "phone": {phone}}}'), NameOrder.LastFirst).person
    assert person is not None
    assert person.phone == "+46701740605"


WRONG = [
    "-701740605",
    "701740605.5",
    "1e300",
    "0",
    "17",
    "true",
    "false",
    "[]",
    '["0701740605"]',
    "{}",
    '{"a": 1}',
    "NaN",
]


@pytest.mark.parametrize("value", [*WRONG, "9" * 4000])
@pytest.mark.parametrize("member", ["email", "phone"])
def test_wrong_type_in_an_optional_member_leaves_it_out_with_a_remark(member: str, value: str) -> None:
    result = normalise(read(f'{{"userId": "u1", "name": "Bo", "{member}": {value}}}'), NameOrder.LastFirst)
    assert result.person is not None
    assert getattr(result.person, member) is None
    assert member not in result.person.absent
    assert len(result.remarks) == 1


@pytest.mark.parametrize("name", ["1201", "true", "[]", '{"first": "Anna"}', "1.5"])
def test_name_of_a_wrong_type_is_an_issue(name: str) -> None:
    assert read(f'{{"userId": "u1", "name": {name}}}') == BrokenRecord("u1", "The record's name cannot be read.")


@pytest.mark.parametrize("written", [GUID.upper(), GUID.title(), f" {GUID.upper()} ", f"\ufeff{GUID.upper()}\u200b"])
def test_guid_in_another_case_is_the_same_person(written: str) -> None:
    assert user_id({"userId": written}, "userId") == GUID


@pytest.mark.parametrize("text", ["Anna.Berg", "U1", GUID.replace("-", "").upper(), f"{{{GUID.upper()}}}", "ÅSA"])
def test_other_ids_keep_their_case(text: str) -> None:
    assert user_id({"userId": text}, "userId") == text


@pytest.mark.parametrize(("value", "text"), [(7, "7"), (" 7 ", "7"), ("u\u200b1", "u1"), (10**150, "1" + "0" * 150)])
def test_ids_are_texts_without_blanks_around_them_and_without_invisible_characters(value: Any, text: str) -> None:
    assert user_id({"userId": value}, "userId") == text


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({}, "The record has no user id."),
        ("text", "The record has no user id."),
        ([], "The record has no user id."),
        ({"userId": None}, "The record has no user id."),
        ({"userId": "  "}, "The record has no user id."),
        ({"userId": "\u200b"}, "The record has no user id."),
        ({"userId": True}, "The record has no user id."),
        ({"userId": 1.5}, "The record has no user id."),
        ({"userId": ["u1"]}, "The record has no user id."),
        ({"userId": "u3\ud83d"}, "The record's user id has characters that no text can have."),
        ({"userId": "u\x003"}, "The record's user id has characters that no text can have."),
        ({"userId": "u\n3"}, "The record's user id has characters that no text can have."),
        ({"userId": "u\u20283"}, "The record's user id has characters that no text can have."),
        ({"userId": "x" * 201}, "The record's user id is too long."),
        ({"userId": "x" * 500_000}, "The record's user id is too long."),
        ({"userId": 10**4000}, "The record's user id is too long."),
    ],
)
def test_record_whose_id_cannot_be_a_key_is_an_issue_with_its_reason(raw: Any, reason: str) -> None:
    assert record(raw, "userId") == BrokenRecord(None, reason)

"""What a request may look like: numbers, ids, sizes and the names of query parameters."""

import base64
import json
from typing import Any

import pytest

from bokabridge.http.wire import StoredId, WireModel
from tests.api_gateway import SUPERADMIN, WRITER, event, header, status_and_body
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.unit.http.echo import call

HUGE = 256 * 1024


def error_of(given: dict[str, Any], **options: Any) -> tuple[int, str, str]:
    """Status, error code and field of a failed call."""
    status, body = status_and_body(call(given, **options))
    found = body["ResponseStatus"]
    return status, found["ErrorCode"], (found["Errors"] or [{"FieldName": ""}])[0]["FieldName"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        *(("Skip", text, "LessThanOrEqual") for text in ("1000001", "9223372036854775708", "9" * 30)),
        *(
            ("Skip", text, "SerializationException")
            for text in ("9" * 400, "1e3", "1_000", "\uff11", "²", "1.0", "NaN", "--1")
        ),
        ("Skip", "-1", "GreaterThanOrEqual"),
        ("Take", "1001", "LessThanOrEqual"),
    ],
)
def test_a_number_in_the_query_has_bounds_and_ascii_digits(name: str, text: str, code: str) -> None:
    assert error_of(event(caller=WRITER, query={name: text})) == (400, code, name)


@pytest.mark.parametrize(
    ("token", "code"),
    [
        *(("1" + "0" * 400, "LessThanOrEqual"), ("1e300", "LessThanOrEqual"), ('"1_0"', "InvalidInteger")),
        *(
            (token, "InvalidInteger")
            for token in ("true", "1.5", "1e999", "[]", "{}", "[1]", '"1.0"', '"\\ud83d"', '""')
        ),
    ],
)
def test_a_number_in_the_body_has_bounds_and_is_a_number(token: str, code: str) -> None:
    assert error_of(event(caller=WRITER, body=f'{{"Skip": {token}}}')) == (400, code, "Skip")


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity", "9" * 5000])
def test_numbers_that_json_does_not_have_are_refused(token: str) -> None:
    assert error_of(event(caller=WRITER, body=f'{{"Unknown": {token}}}'))[:2] == (400, "SerializationException")


@pytest.mark.parametrize("text", ["7", " 7 ", "+7", "007"])
def test_a_number_may_have_blanks_a_sign_and_zeros(text: str) -> None:
    assert status_and_body(call(event(caller=WRITER, query={"Skip": text})))[1]["Skip"] == 7


FORMS = [COMPANY_ID.replace("-", ""), f"{{{COMPANY_ID}}}", f"({COMPANY_ID})"]
""".NET's forms, except for the one that we show."""


@pytest.mark.parametrize("text", [COMPANY_ID.upper(), f" {COMPANY_ID} ", f"{{{COMPANY_ID.upper()}}}", *FORMS])
def test_a_company_id_has_any_of_the_forms_of_dotnet(text: str) -> None:
    assert status_and_body(call(event(caller=WRITER, query={"CompanyId": text})))[1]["CompanyId"] == COMPANY_ID


LAX_GUIDS = [
    f"urn:uuid:{COMPANY_ID}",
    f"uuid:{COMPANY_ID}",
    f"{{{{{COMPANY_ID}}}}}",
    f"{{{COMPANY_ID}",
    f"{{{COMPANY_ID})",
    COMPANY_ID.replace("-", "", 1),
    f"-{COMPANY_ID}-",
    f"{COMPANY_ID[:4]}{{}}{COMPANY_ID[4:]}",
    "1_" * 16,
    "\uff11" + COMPANY_ID[1:],
    f"{COMPANY_ID}\x00",
    "0x" + COMPANY_ID.replace("-", "")[2:],
]


@pytest.mark.parametrize("text", LAX_GUIDS)
def test_forms_that_only_python_reads_are_no_guids(text: str) -> None:
    assert error_of(event(caller=WRITER, query={"CompanyId": text})) == (400, "SerializationException", "CompanyId")


@pytest.mark.parametrize("token", ["1", "true", "[]", "{}", "[" * 3000 + "]" * 3000, "1e5", '"\\ud83d"', '"\\u0000"'])
def test_a_company_id_in_the_body_is_a_text(token: str) -> None:
    assert error_of(event(caller=WRITER, body=f'{{"CompanyId": {token}}}')) == (400, "InvalidGuid", "CompanyId")


class _ById(WireModel):
    id: StoredId


@pytest.mark.parametrize("text", [*FORMS, COMPANY_ID.upper(), f" {COMPANY_ID}\n"])
def test_a_stored_id_has_any_of_the_forms_of_dotnet(text: str) -> None:
    assert _ById.model_validate({"Id": text}).id == COMPANY_ID


@pytest.mark.parametrize("text", [*LAX_GUIDS, "", " "])
def test_a_stored_id_that_is_no_guid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a GUID"):
        _ById.model_validate({"Id": text})


def sized(size: int) -> str:
    """A JSON object of so many bytes, not all of them ASCII."""
    text = json.dumps({"Unknown": "å" * 1000 + "a" * (size - 2000 - 15)}, ensure_ascii=False)
    assert len(text.encode()) == size
    return text


@pytest.mark.parametrize("is_base64", [False, True])
@pytest.mark.parametrize(("size", "expected"), [(HUGE, 200), (HUGE + 1, 413), (3_000_000, 413)])
def test_a_body_has_at_most_256_kb_after_decoding(size: int, expected: int, is_base64: bool) -> None:
    body = sized(size)
    given = event(caller=WRITER, body=base64.b64encode(body.encode()).decode() if is_base64 else body)
    given["isBase64Encoded"] = is_base64
    status, answered = status_and_body(call(given))
    assert status == expected
    if expected == 413:
        assert answered["ResponseStatus"] == {
            "ErrorCode": "RequestTooLarge",
            "Message": "The body is larger than 256 KB. Send less at once.",
            "Errors": [],
            "Meta": {"RequestId": "request-1"},
        }


@pytest.mark.parametrize("body", ["not base64!", "e30", base64.b64encode(b"\xff\xfe").decode(), "e3\n0="])
def test_a_body_that_is_neither_base64_nor_utf8_is_a_400(body: str) -> None:
    given = event(caller=WRITER, body=body)
    given["isBase64Encoded"] = True
    assert error_of(given)[:2] == (400, "SerializationException")


def test_a_byte_order_mark_is_fine() -> None:
    assert status_and_body(call(event(caller=WRITER, body='\ufeff{"Take": 5}')))[1]["Take"] == 5


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Staus", "Did you mean 'Status'?"),
        ("compnyid", "Did you mean 'CompanyId'?"),
        ("xyzzy", "It has Skip, Take, CompanyId, Status."),
        ("", "It has Skip, Take, CompanyId, Status."),
    ],
)
def test_an_unknown_parameter_of_our_own_operation_is_a_400_with_the_nearest_name(name: str, advice: str) -> None:
    status, body = status_and_body(call(event(caller=WRITER, query={name: "1"}), is_ours=True))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (400, "UnknownParameter")
    assert body["ResponseStatus"]["Message"] == f"'{name}' is not a parameter of this operation. {advice}"


def test_a_long_or_odd_unknown_parameter_is_shown_shortened() -> None:
    for name in ("\ud83d" * 10, "å" * 10_000, "<script>\x00"):
        status, _, field = error_of(event(caller=WRITER, query={name: "1"}), is_ours=True)
        assert status == 400
        assert len(field) <= 50


@pytest.mark.parametrize("name", ["Format", "JSCONFIG", "v", "_", "debug", "X-ss-opt"])
def test_what_servicestack_clients_add_is_allowed_everywhere(name: str) -> None:
    assert status_and_body(call(event(caller=WRITER, query={name: "json"}), is_ours=True))[0] == 200


def test_unknown_parameters_of_bokameras_operations_and_unknown_members_are_ignored() -> None:
    assert status_and_body(call(event(caller=WRITER, query={"Staus": "1"})))[0] == 200
    assert status_and_body(call(event(caller=WRITER, body='{"Staus": 1}'), is_ours=True))[0] == 200


@pytest.mark.parametrize(
    ("caller", "body", "expected"),
    [
        (SUPERADMIN, f'{{"CompanyId": "{OTHER_COMPANY_ID}"}}', f"?CompanyId={OTHER_COMPANY_ID}"),
        (
            {**SUPERADMIN, "companyId": COMPANY_ID},
            f'{{"CompanyId": "{OTHER_COMPANY_ID}"}}',
            f"?CompanyId={OTHER_COMPANY_ID}",
        ),
        ({**SUPERADMIN, "companyId": COMPANY_ID}, f'{{"CompanyId": "{COMPANY_ID}"}}', ""),
        (WRITER, "{}", ""),
    ],
)
def test_a_location_names_the_company_if_it_is_not_the_callers_own(
    caller: dict[str, str], body: str, expected: str
) -> None:
    response = call(event(caller=caller, body=body), location="/things/7", public_url="https://api.example.com")
    assert header(response, "Location") == f"https://api.example.com/things/7{expected}"

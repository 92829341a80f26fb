"""The members of single requests: blanks, control characters, lone surrogates and bounds."""

from typing import Any

import pytest
from pydantic import ValidationError

from bokabridge.http.errors import failure_for
from bokabridge.operations import settings
from bokabridge.operations.settings import (
    AddAxemaCodeLockSetting,
    AxemaSettingsRequest,
    UpdateAxemaCodeLockSetting,
)
from bokabridge.operations.voss import CreateVossUsage, QueryVossUsages
from tests.data import COMPANY_ID

REQUESTS = (AddAxemaCodeLockSetting, UpdateAxemaCodeLockSetting, settings.TestAxemaCodeLockSetting)
MEMBERS = [field.alias or name for name, field in AddAxemaCodeLockSetting.model_fields.items()]
SECRETS = {"Password", "ClientSecret", "ApiKey"}
TEXTS = {"ApiEndpoint", "Username", "DeviceId", "ClientId"}


def usage(**members: Any) -> CreateVossUsage:
    return CreateVossUsage.model_validate(
        {"CompanyId": COMPANY_ID, "ArticleNumber": "SMS", "Quantity": 1, **members}, strict=False
    )


def field_of(error: ValidationError) -> str:
    """The field that the response names."""
    response = failure_for(error)
    assert response.status == 400
    assert response.body.response_status.errors
    return response.body.response_status.errors[0].field_name


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0"])
@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("request_type", REQUESTS)
def test_a_blank_member_of_the_settings_is_absent_or_kept_as_a_secret(
    request_type: type[AxemaSettingsRequest], member: str, blank: str
) -> None:
    change = request_type.model_validate({member: blank}).change()
    assert not change.members
    assert change.schedule == ("" if member == "Schedule" else None)
    assert set(change.secret.members) <= {"password", "client_secret"}


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a\u2028b", "a\x7fb", "\ud83d", "x" * 300])
@pytest.mark.parametrize("member", sorted(TEXTS))
def test_a_member_of_a_connection_has_no_control_characters(member: str, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AddAxemaCodeLockSetting.model_validate({member: text})
    assert field_of(refused.value) == member


@pytest.mark.parametrize("request_type", REQUESTS)
@pytest.mark.parametrize("expression", ["rate(14 minutes)", "cron(0/5 * * * ? *)", "cron(0 3 31 2 ? *)"])
def test_schedule_that_a_company_may_not_have_names_its_field(
    request_type: type[AxemaSettingsRequest], expression: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        request_type.model_validate({"Schedule": expression})
    assert field_of(refused.value) == "Schedule"


@pytest.mark.parametrize("port", [0, 65536, "1e3", "8_0", "\uff18\uff10", True, 80.5, float("nan"), "9" * 400, [80]])
def test_a_port_is_a_whole_number_within_its_bounds(port: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        AddAxemaCodeLockSetting.model_validate({"ApiPort": port})
    assert field_of(refused.value) == "ApiPort"


@pytest.mark.parametrize("member", [name for name in MEMBERS if name not in SECRETS])
@pytest.mark.parametrize("value", [[], {}, [[["x"]]], {"a": 1}, float("inf"), 10**400, "\ud83d", "x" * 10_000])
def test_garbage_in_the_settings_is_a_400_that_names_the_member(member: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        AddAxemaCodeLockSetting.model_validate({member: value})
    assert field_of(refused.value) == member


@pytest.mark.parametrize("text", ["SMS", " SMS ", "SMS\t", "\nSMS", "\u00a0SMS\u2003"])
def test_an_article_number_is_read_without_the_blanks_around_it(text: str) -> None:
    assert usage(ArticleNumber=text).article_number == "SMS"


def test_an_article_number_may_be_100_characters_without_its_blanks() -> None:
    assert usage(ArticleNumber=" " * 50 + "å" * 100 + " ").article_number == "å" * 100


@pytest.mark.parametrize("text", ["", " ", "a\x00b", "a\nb", "a\x1bb", "a\u2029b", "\ud83d", "a" * 101, 7, True, ["a"]])
def test_an_article_number_is_a_text_without_control_characters(text: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        usage(ArticleNumber=text)
    assert field_of(refused.value) == "ArticleNumber"


@pytest.mark.parametrize(
    "date", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-00:01", 20261121, True, [], "\ud83d"]
)
def test_a_date_that_utc_does_not_have_is_a_400(date: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        QueryVossUsages.model_validate({"From": date})
    assert field_of(refused.value) == "From"


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31T23:59:59.999Z", "1969-12-31", "2026-11-21T12:00:00+14:00"])
def test_the_first_and_the_last_date_are_dates(date: str) -> None:
    assert QueryVossUsages.model_validate({"From": date, "To": date}).query.since is not None

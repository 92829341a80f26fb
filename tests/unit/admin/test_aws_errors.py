"""AWS's errors, as an operator sees them: a sentence on standard error, and the exit code 1."""

import pytest

from tests.servers import serving
from tests.unit.admin.stack import error, issue, xml


def test_missing_credentials_are_a_sentence(signed_out: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert issue() == 1
    assert capsys.readouterr().err == (
        "There are no usable AWS credentials here. Sign in, or set AWS_PROFILE to a profile that has some.\n"
    )


def test_a_profile_that_is_not_there_is_a_sentence(
    signed_out: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    signed_out.setenv("AWS_PROFILE", "nobody")
    assert issue() == 1
    assert capsys.readouterr().err.startswith("There are no usable AWS credentials here.")


def test_a_missing_region_is_a_sentence(signed_out: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    signed_out.delenv("AWS_DEFAULT_REGION")
    assert issue() == 1
    assert capsys.readouterr().err == "No AWS region is chosen. Set AWS_DEFAULT_REGION to the stack's region.\n"


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [
        ("AccessDenied", 403, "These AWS credentials may not call DescribeStacks. Use a role that may."),
        ("ExpiredToken", 403, "AWS does not accept these credentials: they have expired or are wrong. Sign in again."),
        ("InvalidClientTokenId", 403, "AWS does not accept these credentials: they have expired or are wrong."),
        ("OptInRequired", 403, "AWS refused DescribeStacks (OptInRequired)."),
    ],
)
def test_what_aws_refuses_is_a_sentence(
    signed_out: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, status: int, sentence: str
) -> None:
    signed_out.setenv("AWS_ACCESS_KEY_ID", "test")
    signed_out.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with serving(lambda _: xml(error(code), status)) as url:
        signed_out.setenv("AWS_ENDPOINT_URL", url)
        assert issue() == 1
    assert capsys.readouterr().err.startswith(sentence)

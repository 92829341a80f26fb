"""AWS's errors, as an operator sees them: a sentence on standard error, and an exit code."""

import pytest
from werkzeug.wrappers import Response

from tests.aws_server import unreachable
from tests.command_line import CommandLine, Outcome
from tests.servers import serving


def keys(variables: dict[str, str]) -> Outcome:
    return CommandLine(variables).run("keys", "list", "--stack", "bokabridge-dev")


def test_missing_credentials_are_a_sentence(signed_out: dict[str, str]) -> None:
    refused = keys(signed_out)
    assert (refused.code, refused.out) == (3, "")
    assert refused.err == (
        "There are no usable AWS credentials here. Sign in, or set AWS_PROFILE to a profile that has some.\n"
    )


def test_a_profile_that_is_not_there_is_a_sentence(signed_out: dict[str, str]) -> None:
    refused = keys({**signed_out, "AWS_PROFILE": "nobody"})
    assert refused.code == 3
    assert refused.err.startswith("There are no usable AWS credentials here.")


def test_a_missing_region_is_a_sentence(signed_in: dict[str, str]) -> None:
    del signed_in["AWS_DEFAULT_REGION"]
    refused = keys(signed_in)
    assert refused.code == 1
    assert refused.err == "No AWS region is chosen. Set AWS_DEFAULT_REGION to the stack's region.\n"


def test_aws_that_is_away_may_work_later(signed_in: dict[str, str]) -> None:
    with unreachable() as url:
        refused = keys({**signed_in, "AWS_ENDPOINT_URL": url, "AWS_MAX_ATTEMPTS": "1"})
    assert (refused.code, refused.err.startswith("AWS cannot be reached from here.")) == (6, True)


@pytest.mark.parametrize(
    ("error", "status", "code", "sentence"),
    [
        ("AccessDenied", 403, 3, "These AWS credentials may not call DescribeStacks. Use a role that may."),
        ("ExpiredToken", 403, 3, "AWS does not accept these credentials: they have expired or are wrong."),
        ("InvalidClientTokenId", 403, 3, "AWS does not accept these credentials: they have expired or are wrong."),
        ("OptInRequired", 403, 1, "AWS refused DescribeStacks (OptInRequired)."),
    ],
)
def test_what_aws_refuses_is_a_sentence(
    signed_in: dict[str, str], error: str, status: int, code: int, sentence: str
) -> None:
    body = f"<ErrorResponse><Error><Code>{error}</Code><Message>No.</Message></Error></ErrorResponse>"
    with serving(lambda _: Response(body, status, content_type="text/xml")) as url:
        refused = keys({**signed_in, "AWS_ENDPOINT_URL": url})
    assert (refused.code, refused.out) == (code, "")
    assert refused.err.startswith(sentence)

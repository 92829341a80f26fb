"""AWS's errors as sentences for an operator at a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions

from bokabridge.adapters.aws.errors import is_transient
from bokabridge.errors import BridgeError, CredentialsRejected, FatalError, Unreachable

_NOT_SIGNED_IN = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.ProfileNotFound,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
    exceptions.NoAuthTokenError,
)
_BAD_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


@contextmanager
def as_sentences() -> Iterator[None]:
    """Raises one of our own errors, with what to do, in place of every error of the AWS SDK.

    CredentialsRejected if the operator may not do it, Unreachable if it may work later, else FatalError.
    """
    try:
        yield
    except (exceptions.BotoCoreError, exceptions.ClientError) as error:
        raise _explained(error) from error


def _explained(error: exceptions.BotoCoreError | exceptions.ClientError) -> BridgeError:
    if isinstance(error, _NOT_SIGNED_IN):
        return CredentialsRejected(
            "There are no usable AWS credentials here. Sign in, or set AWS_PROFILE to a profile that has some."
        )
    if isinstance(error, exceptions.NoRegionError):
        return FatalError("No AWS region is chosen. Set AWS_DEFAULT_REGION to the stack's region.")
    if isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError)):
        return Unreachable("AWS cannot be reached from here. Check the network and AWS_DEFAULT_REGION, and try again.")
    if not isinstance(error, exceptions.ClientError):
        return FatalError(f"The AWS SDK failed ({type(error).__name__}). Check the AWS configuration of this machine.")
    code = error.response.get("Error", {}).get("Code", "unknown")
    if code in _BAD_CREDENTIALS:
        return CredentialsRejected(
            "AWS does not accept these credentials: they have expired or are wrong. Sign in again."
        )
    if code in _DENIED:
        return CredentialsRejected(f"These AWS credentials may not call {error.operation_name}. Use a role that may.")
    if is_transient(error):
        return Unreachable(f"AWS is busy and did not carry out {error.operation_name} ({code}). Try again in a while.")
    return FatalError(f"AWS refused {error.operation_name} ({code}).")

"""Which errors of AWS are transient."""

import pytest
from botocore import exceptions

from bokabridge.adapters.aws.errors import is_transient, transient_as_retriable
from bokabridge.errors import RetriableError


def refusal(code: str, status: int = 400) -> exceptions.ClientError:
    response = {"Error": {"Code": code, "Message": "No."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return exceptions.ClientError(response, "GetItem")  # type: ignore[arg-type]


TRANSIENT = [
    refusal("ThrottlingException"),
    refusal("ProvisionedThroughputExceededException"),
    refusal("RequestLimitExceeded"),
    refusal("TooManyRequestsException"),
    refusal("LimitExceededException"),
    refusal("TransactionInProgressException"),
    refusal("ExecutionLimitExceeded"),
    refusal("Unheard", 429),
    refusal("InternalServerError", 500),
    refusal("ServiceUnavailable", 503),
    exceptions.EndpointConnectionError(endpoint_url="https://aws.test"),
    exceptions.ConnectTimeoutError(endpoint_url="https://aws.test"),
    exceptions.ReadTimeoutError(endpoint_url="https://aws.test"),
    exceptions.ConnectionClosedError(endpoint_url="https://aws.test"),
]

LASTING = [
    refusal("ValidationException"),
    refusal("AccessDeniedException"),
    refusal("ResourceNotFoundException"),
    refusal("ConditionalCheckFailedException"),
    refusal("TransactionCanceledException"),
    refusal("UnrecognizedClientException"),
    exceptions.ClientError({}, "GetItem"),
    exceptions.NoCredentialsError(),
    ConnectionError("not botocore's"),
    None,
]


@pytest.mark.parametrize("error", TRANSIENT, ids=str)
def test_throttling_failures_of_aws_and_broken_connections_are_transient(error: Exception) -> None:
    assert is_transient(error)
    with pytest.raises(RetriableError, match="The vault is busy or cannot be reached") as retriable:
        fail_with(error)
    assert retriable.value.__cause__ is error


@pytest.mark.parametrize("error", LASTING, ids=str)
def test_faults_of_the_deployment_are_not_transient(error: Exception | None) -> None:
    assert not is_transient(error)
    if error:
        with pytest.raises(type(error)) as same:
            fail_with(error)
        assert same.value is error


def fail_with(error: Exception) -> None:
    with transient_as_retriable("The vault"):
        raise error

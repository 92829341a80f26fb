"""Invoking Lambda functions, and waiting for what they return."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore import exceptions

from bokabridge.adapters.aws.errors import busy
from bokabridge.errors import DeliveryUnclear, RequestTooLarge
from bokabridge.http.requests import MAX_BODY_KILOBYTES
from bokabridge.http.router import InvocationFailed

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

_NOT_SENT = (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError)


class LambdaFunctions:
    """Functions on Lambda. The client must not retry, because an operation may have run without a response."""

    def __init__(self, client: "LambdaClient", arn: Callable[[str], str]) -> None:
        self._client = client
        self._arn = arn

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """See Functions. Raises DeliveryUnclear if the function may have run. `arn` gives ARNs with an alias."""
        payload = json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")
        try:
            response = self._client.invoke(FunctionName=self._arn(function), Payload=payload)
        except _NOT_SENT as error:
            raise busy("Lambda") from error
        except exceptions.ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status == 413:
                raise RequestTooLarge(MAX_BODY_KILOBYTES) from error
            if status == 429:
                raise busy("Lambda") from error
            raise
        except exceptions.HTTPClientError as error:
            raise DeliveryUnclear("Lambda did not return what the function did.") from error
        result = json.loads(response["Payload"].read())
        if response.get("FunctionError"):
            raise InvocationFailed(str(result.get("errorMessage", "")) if isinstance(result, dict) else "")
        return result

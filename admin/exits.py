"""The exit codes of the command line. docs/cli.md lists them."""

from collections.abc import Mapping
from enum import IntEnum

from bokabridge.errors import BridgeError, CredentialsRejected, DeliveryUnclear, InvalidInput, NotFound, RetriableError


class ExitCode(IntEnum):
    """What a script learns from a command."""

    DONE = 0
    BAD_NEWS = 1
    """The command did its work, and a person has to look at the result. Also every error without a code of its own."""
    INVALID = 2
    DENIED = 3
    NOT_FOUND = 4
    CONFLICT = 5
    TRY_LATER = 6
    OUTCOME_UNKNOWN = 7
    BUG = 70
    INTERRUPTED = 130


_BY_ERROR_CODE = {
    "RejectedByVoss": ExitCode.BAD_NEWS,
    "NotBilled": ExitCode.BAD_NEWS,
    "OutcomeUnknown": ExitCode.OUTCOME_UNKNOWN,
}
_BY_STATUS = {
    401: ExitCode.DENIED,
    403: ExitCode.DENIED,
    404: ExitCode.NOT_FOUND,
    409: ExitCode.CONFLICT,
    429: ExitCode.TRY_LATER,
}


class ApiError(BridgeError):
    """The API refused a request, or failed. `code` is the ErrorCode of its ResponseStatus, or ""."""

    def __init__(self, status: int, code: str, message: str, meta: Mapping[str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.meta = meta

    @property
    def exit_code(self) -> ExitCode:
        """The exit code for this error."""
        if self.code in _BY_ERROR_CODE:
            return _BY_ERROR_CODE[self.code]
        if self.status in _BY_STATUS:
            return _BY_STATUS[self.status]
        return ExitCode.TRY_LATER if self.status >= 500 else ExitCode.INVALID


def exit_code_of(error: BridgeError) -> ExitCode:
    """The exit code of a command that this error ended."""
    match error:
        case ApiError():
            return error.exit_code
        case InvalidInput():
            return ExitCode.INVALID
        case NotFound():
            return ExitCode.NOT_FOUND
        case CredentialsRejected():
            return ExitCode.DENIED
        case DeliveryUnclear():
            return ExitCode.OUTCOME_UNKNOWN
        case RetriableError():
            return ExitCode.TRY_LATER
        case _:
            return ExitCode.BAD_NEWS

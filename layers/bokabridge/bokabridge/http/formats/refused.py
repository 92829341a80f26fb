"""How a body that cannot be read is refused."""

from bokabridge.errors import InvalidInput


def refused(message: str, field: str | None = None) -> InvalidInput:
    """The error for a body that is not in its format. The message is a sentence that quotes nothing of the body."""
    return InvalidInput(message, field, code="SerializationException")

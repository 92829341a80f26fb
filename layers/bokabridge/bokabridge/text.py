"""Checks of text that several places share."""


def is_printable_ascii(text: str) -> bool:
    """True if the text can be an HTTP header's value: no control characters, nothing outside ASCII."""
    return text.isascii() and text.isprintable()

"""The rule that maps Axema's e-mail addresses to the form in which we store them."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from bokabridge.text import is_encodable, tidy

INVALID_EMAIL = "The e-mail address is not valid and was left out."

_MAX_CHARACTERS = 254
_MAX_RAW_CHARACTERS = 4 * _MAX_CHARACTERS
"""No address with blanks and invisible characters around it is longer. The work on a longer text is not bounded."""

_PLAIN_LOCAL_PART = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*")


def read_email(text: str) -> tuple[str | None, str | None]:
    """The address in lower case, or None if there is no valid one; and a remark if something was left out."""
    if len(text) > _MAX_RAW_CHARACTERS or not is_encodable(text):
        return None, INVALID_EMAIL
    address = tidy(text).lower()
    if not address:
        return None, None
    local, _, domain = address.rpartition("@")
    is_short = len(local) <= 64 and len(address) <= _MAX_CHARACTERS
    if is_short and _PLAIN_LOCAL_PART.fullmatch(local) and _is_plain_domain(domain):
        return address, None  # the library's result, many times faster
    try:
        return validate_email(address, check_deliverability=False).normalized.lower(), None
    except EmailNotValidError:
        return None, INVALID_EMAIL


@lru_cache(4096)
def _is_plain_domain(domain: str) -> bool:
    """True if the domain is valid and normalised already. Thousands of people share a few domains, hence the cache."""
    try:
        return validate_email(f"x@{domain}", check_deliverability=False).domain == domain
    except EmailNotValidError:
        return False

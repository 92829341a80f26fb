"""The digest of a record: equal digests mean that the same rules make the same person of the same record.

With it, a record that is as it was at the previous sync need not be mapped again, which would take most of the time.
"""

import hashlib
from functools import cache
from pathlib import Path

import email_validator
import phonenumbers

from bokabridge import text
from bokabridge.customers import name_parts, person
from bokabridge.settings.model import NameOrder
from bokabridge.usersync import emails, names, phones
from bokabridge.usersync.people import AxemaUser, NoText, OptionalText
from bokabridge.usersync.roster import HASH_BYTES


def digest_of(user: AxemaUser, name_order: NameOrder) -> bytes:
    """The digest of a record that is mapped with this name order."""
    record = repr((name_order.value, user.name, _member(user.email), _member(user.phone)))
    digest = _keyed().copy()  # half as long as making a keyed one for each record
    digest.update(record.encode())
    return digest.digest()


def remarked(digest: bytes) -> bytes:
    """The digest of a record with remarks. It differs from the record's own, so that the remarks are made again."""
    return hashlib.blake2b(digest, digest_size=HASH_BYTES, key=b"remarks").digest()


@cache
def _keyed() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=HASH_BYTES, key=rules_version())


@cache
def rules_version() -> bytes:
    """A hash of the code of the rules, and of the versions of the libraries that they use."""
    versions = f"{phonenumbers.__version__} {email_validator.__version__}"
    found = hashlib.blake2b(versions.encode(), digest_size=16)
    here = Path(__file__).parent
    for module in (text, name_parts, person, emails, names, phones):
        found.update(Path(module.__file__ or "").read_bytes())
    found.update((here / "normalise.py").read_bytes())
    return found.digest()


def _member(value: OptionalText) -> str | int | None:
    return value.value if isinstance(value, NoText) else value

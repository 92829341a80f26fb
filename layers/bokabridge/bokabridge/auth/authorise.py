"""Finding the principal behind a caller's credentials."""

from bokabridge.auth.api_key import hash_of
from bokabridge.auth.credentials import Credentials
from bokabridge.auth.ports import ApiKeyFinder, TokenVerifier
from bokabridge.auth.principal import SUPERADMIN, Principal
from bokabridge.clock import Clock
from bokabridge.errors import Forbidden, Unauthenticated


def authorise(credentials: Credentials, *, tokens: TokenVerifier, api_keys: ApiKeyFinder, clock: Clock) -> Principal:
    """The token's principal, or without a token the API key's. If both are given, both must be valid.

    Raises Unauthenticated; Forbidden if token and key are valid but belong to different companies, unless the token is
    a superadmin's; RetriableError if the decision is not possible at the moment.
    """
    by_key = by_token = None
    if credentials.api_key is not None:
        by_key = _principal_of_key(credentials.api_key, credentials.source_ip, api_keys, clock)
    if credentials.token is not None:
        by_token = tokens.verify(credentials.token)
    if by_token and by_key and by_token.company_id != by_key.company_id and SUPERADMIN not in by_token.roles:
        raise Forbidden("The API key and the token belong to different companies.")
    caller = by_token or by_key
    if caller is None:
        raise Unauthenticated("no credentials")
    return caller


def _principal_of_key(key: str, source_ip: str, api_keys: ApiKeyFinder, clock: Clock) -> Principal:
    known = api_keys.find(hash_of(key))
    if known is None:
        raise Unauthenticated("the API key is not known")
    return known.principal(source_ip, clock())

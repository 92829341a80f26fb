"""Finding the principal behind a caller's credentials."""

from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.credentials import Credentials
from bokabridge.auth.ports import ApiKeyFinder, TokenVerifier
from bokabridge.auth.principal import SUPERADMIN, Principal
from bokabridge.auth.uses import KeyUses
from bokabridge.clock import Clock
from bokabridge.errors import Forbidden, Unauthenticated


def authorise(
    credentials: Credentials, *, tokens: TokenVerifier, api_keys: ApiKeyFinder, uses: KeyUses, clock: Clock
) -> Principal:
    """The token's principal, or without a token the API key's. If both are given, both must be valid.

    Records the use of an API key that opens the door.

    Raises Unauthenticated; Forbidden if token and key are valid but belong to different companies, unless the token is
    a superadmin's; RetriableError if the decision is not possible at the moment.
    """
    key = by_key = by_token = None
    if credentials.api_key is not None:
        key = _get_key(credentials.api_key, api_keys)
        by_key = key.principal(credentials.source_ip, clock())
    if credentials.token is not None:
        by_token = tokens.verify(credentials.token)
    if by_token and by_key and by_token.company_id != by_key.company_id and SUPERADMIN not in by_token.roles:
        raise Forbidden("The API key and the token belong to different companies.")
    caller = by_token or by_key
    if caller is None:
        raise Unauthenticated("no credentials")
    if key is not None:
        uses.record(key)
    return caller


def _get_key(key: str, api_keys: ApiKeyFinder) -> ApiKey:
    known = api_keys.find(hash_of(key))
    if known is None:
        raise Unauthenticated("the API key is not known")
    return known

"""From what a caller shows to who they are."""

from bokabridge.auth.api_key import hash_of
from bokabridge.auth.credentials import Credentials
from bokabridge.auth.ports import ApiKeyStore, TokenVerifier
from bokabridge.auth.principal import SUPERADMIN, Principal
from bokabridge.clock import Clock
from bokabridge.errors import Forbidden, Unauthenticated


def authorise(credentials: Credentials, *, tokens: TokenVerifier, api_keys: ApiKeyStore, clock: Clock) -> Principal:
    """Whoever the token says, or without one the key. What is shown must be good, even if the other would suffice.

    Raises Unauthenticated; Forbidden when token and key are good but of different companies, unless the token is a
    superadmin's; RetriableError when it cannot be said just now.
    """
    by_key = by_token = None
    if credentials.api_key is not None:
        by_key = _principal_of_key(credentials.api_key, credentials.source_ip, api_keys, clock)
    if credentials.token is not None:
        by_token = tokens.principal(credentials.token)
    if by_token and by_key and by_token.company_id != by_key.company_id and SUPERADMIN not in by_token.roles:
        raise Forbidden("The API key is another company's than the token.")
    caller = by_token or by_key
    if caller is None:
        raise Unauthenticated("no credentials")
    return caller


def _principal_of_key(key: str, source_ip: str, api_keys: ApiKeyStore, clock: Clock) -> Principal:
    known = api_keys.find(hash_of(key))
    if known is None:
        raise Unauthenticated("the API key is not known")
    return known.principal(source_ip, clock())

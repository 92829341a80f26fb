"""The proof of who is calling: the identity server's tokens and the companies' API keys."""

from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys, DynamoKeyUses
from bokabridge.adapters.identity.claims import Trust
from bokabridge.adapters.identity.keys import SigningKeys
from bokabridge.adapters.identity.tokens import KEYS_PATH, JwtVerifier
from bokabridge.auth.ports import ApiKeyFinder, TokenVerifier
from bokabridge.auth.recent import RecentApiKeys
from bokabridge.auth.uses import KeyUses
from bokabridge.clock import utc_now
from bokabridge.wiring.environment import optional, required


@cache
def tokens() -> TokenVerifier:
    """The bearer tokens of the identity server."""
    issuer = required("IDENTITY_ISSUER")
    keys = SigningKeys(optional("IDENTITY_KEYS_URL") or issuer + KEYS_PATH)
    return JwtVerifier(keys.find, Trust(issuer, required("IDENTITY_AUDIENCE"), required("COMPANY_CLAIM")))


@cache
def api_keys() -> ApiKeyFinder:
    """The companies' API keys, each read from the table at most once a minute."""
    return RecentApiKeys(DynamoApiKeys(clients.dynamodb(), required("API_KEYS_TABLE")), utc_now)


@cache
def uses() -> KeyUses:
    """The uses of the API keys."""
    return KeyUses(DynamoKeyUses(clients.dynamodb(), required("API_KEYS_TABLE")), utc_now)

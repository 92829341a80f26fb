"""The tokens and API keys in `.local/stack.json`, created for each stack."""

from uuid import uuid4

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.principal import WRITE
from local.companies import COMPANIES
from local.identity.realm import Realm
from local.identity.users import USERS

TOKEN_SECONDS = 12 * 3600


def new_tokens(realm: Realm) -> dict[str, str]:
    """A bearer token for each kind of caller, and one that expired an hour ago."""
    tokens = {name: realm.issue(user, TOKEN_SECONDS) for name, user in USERS.items()}
    return {**tokens, "expired": realm.issue(USERS["write"], -3600)}


def new_api_keys(store: DynamoApiKeys) -> dict[str, str]:
    """An API key of the first company, with the role write. The store keeps only its hash."""
    key = str(uuid4())
    store.put(ApiKey(hash_of(key), COMPANIES[0].id, frozenset({WRITE})))
    return {"write": key}


def sign_in_names() -> dict[str, dict[str, str]]:
    """The demo users' names and passwords, under the names of their tokens."""
    return {name: {"Username": user.name, "Password": user.password} for name, user in USERS.items()}

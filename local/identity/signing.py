"""The realm's RSA keys. One signs new tokens; every published key verifies tokens."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the id (`kid`) of its public half."""

    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048), repr=False)

    def sign(self, claims: dict[str, Any]) -> str:
        """The claims as a signed token."""
        return jwt.encode(claims, self.private, ALGORITHM, headers={"kid": self.id})

    def public_jwk(self) -> dict[str, Any]:
        """The public half as an entry of a key set."""
        numbers: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return {"kid": self.id, "kty": "RSA", "use": "sig", "alg": ALGORITHM, "n": numbers["n"], "e": numbers["e"]}

"""What the provider signs and remembers: a key of its own, codes and access tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from backoffice.accounts.demo import DemoPerson
from backoffice.accounts.local_provider.asking import Asked

CODE_SECONDS = 60
TOKEN_SECONDS = 600
# More than this many unused codes or tokens at once are not kept: the oldest go.
KEPT = 1_000


@dataclass(frozen=True)
class Grant:
    """A person who agreed, and what was asked."""

    person: DemoPerson
    asked: Asked


class SigningKey:
    """An RSA key that lives as long as the process."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_id = secrets.token_hex(8)

    def sign(self, claims: dict[str, Any]) -> str:
        """A signed token."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.key_id})

    def public(self) -> dict[str, Any]:
        """The public half, as a JSON Web Key."""
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {**key, "kid": self.key_id, "use": "sig", "alg": "RS256"}


class Shelf:
    """Secrets that stand for a grant, for a while; safe between threads."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._kept: dict[str, tuple[float, Grant]] = {}
        self._lock = threading.Lock()

    def put(self, grant: Grant) -> str:
        """Keep a grant under a new secret."""
        secret = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[secret] = (time.monotonic() + self._seconds, grant)
        return secret

    def look(self, secret: str) -> Grant | None:
        """The grant, while it lasts."""
        with self._lock:
            until, grant = self._kept.get(secret, (0.0, None))
        return grant if time.monotonic() < until else None

    def take(self, secret: str) -> Grant | None:
        """The grant, once."""
        grant = self.look(secret)
        with self._lock:
            return grant if self._kept.pop(secret, None) else None


def hash_of_access_token(token: str) -> str:
    """The `at_hash` claim: the left half of the token's SHA-256."""
    return _url_base64(hashlib.sha256(token.encode()).digest()[:16])


def answers_challenge(asked: Asked, verifier: str) -> bool:
    """Whether the one who exchanges the code is the one who asked for it (PKCE)."""
    if not asked.code_challenge:
        return not verifier
    given = verifier
    if asked.code_challenge_method == "S256":
        given = _url_base64(hashlib.sha256(verifier.encode()).digest())
    return secrets.compare_digest(asked.code_challenge.encode(), given.encode())


def _url_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

"""An OpenID Connect issuer on localhost: discovery, public keys that can be changed, and tokens as one asks for them.

GET /.well-known/openid-configuration   the issuer's name and where its keys are
GET /keys                               the keys, after `delay` seconds; 503 while `down`
"""

from __future__ import annotations

import functools
import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.peers.server import Peer, Reply, Request

DISCOVERY = "/.well-known/openid-configuration"
KEYS = "/keys"
AUDIENCE = "reflector-test"


@functools.cache
def private_key(name: str, *, kind: str = "RSA") -> PrivateKeyTypes:
    """A key of that name, made once per process: "RSA", "RSA-1024", "P-256" or "P-384"."""
    if kind.startswith("RSA"):
        return rsa.generate_private_key(65537, 1024 if kind == "RSA-1024" else 2048)
    return ec.generate_private_key(ec.SECP256R1() if kind == "P-256" else ec.SECP384R1())


def public_jwk(name: str, *, kind: str = "RSA", **more: Any) -> dict[str, Any]:
    public: Any = private_key(name, kind=kind).public_key()
    maker = RSAAlgorithm if kind.startswith("RSA") else ECAlgorithm
    return {**maker.to_jwk(public, as_dict=True), "kid": name, "use": "sig", **more}


class OidcPeer(Peer):
    def __init__(self) -> None:
        super().__init__(self._answer)
        self.keys: list[Any] = [public_jwk("first")]
        self.down = False
        self.delay = 0.0
        self.discovery: dict[str, Any] = {}  # what its document says differently
        self.raw: bytes | None = None  # instead of the keys

    def fetches(self) -> int:
        """How often somebody has asked for the keys."""
        return sum(request.path == KEYS for request in self.requests)

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Those of a good token; None takes a claim away."""
        now = int(time.time())
        good = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "email": "jwt@example.org",
            "email_verified": True,
            "name": "Jo Token",
        }
        return {name: value for name, value in (good | changed).items() if value is not None}

    def token(
        self, *, key: str = "first", kind: str = "RSA", alg: str = "RS256", header: Any = None, **changed: Any
    ) -> str:
        return jwt.encode(
            self.claims(**changed),
            private_key(key, kind=kind),  # type: ignore[arg-type]
            algorithm=alg,
            headers={"kid": key, **(header or {})},
        )

    def _answer(self, request: Request) -> Reply:
        time.sleep(self.delay)
        if self.down:
            return Reply.of({"error": "Down"}, 503)
        if request.path == DISCOVERY:
            return Reply.of({"issuer": self.url, "jwks_uri": self.url + KEYS, **self.discovery})
        if request.path == KEYS:
            return Reply(200, self.raw) if self.raw is not None else Reply.of({"keys": self.keys})
        return Reply.of({"error": "Not Found"}, 404)


def forged(header: dict[str, Any], payload: dict[str, Any], signature: bytes = b"") -> str:
    """A token put together by hand, as those do who have no key."""
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(jwt.utils.base64url_encode(part).decode() for part in parts)

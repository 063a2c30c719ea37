"""An OpenID Connect issuer on localhost: discovery, public keys that can be changed, and tokens as one asks for them.

GET /.well-known/openid-configuration   the issuer's name and where its keys are
GET /keys                               the keys, after `delay` seconds; 503 while `down`
GET /authorize                          back to the site at once, with a code, or with `refuses` as the error
POST /token                             the id token for a code: once, to who began with it (PKCE) and knows the secret
GET /logout                             back to the site
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.peers.server import Peer, Reply, Request

AUTHORIZE, TOKEN, LOGOUT = "/authorize", "/token", "/logout"
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
        self.secret = ""  # of the client AUDIENCE
        self.refuses = ""  # an error of OAuth, such as access_denied
        self.says: dict[str, Any] = {}  # what its id tokens say differently
        self.signs = "first"  # the name of the key that it signs id tokens with
        self.codes: dict[str, dict[str, str]] = {}  # what each code was asked for with

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
            return Reply.of(
                {
                    "issuer": self.url,
                    "jwks_uri": self.url + KEYS,
                    "authorization_endpoint": self.url + AUTHORIZE,
                    "token_endpoint": self.url + TOKEN,
                    "end_session_endpoint": self.url + LOGOUT,
                    **self.discovery,
                }
            )
        if request.path == AUTHORIZE:
            return self._authorize(request.query)
        if request.path == TOKEN:
            return self._token(request)
        if request.path == LOGOUT:
            return Reply(302, b"", {"Location": request.query["post_logout_redirect_uri"]})
        if request.path == KEYS:
            return Reply(200, self.raw) if self.raw is not None else Reply.of({"keys": self.keys})
        return Reply.of({"error": "Not Found"}, 404)

    def _authorize(self, query: dict[str, str]) -> Reply:
        wanted = {"response_type": "code", "client_id": AUDIENCE, "code_challenge_method": "S256"}
        assert {name: query.get(name) for name in wanted} == wanted, query
        assert "openid" in query["scope"].split()
        answer = {"state": query["state"], "iss": self.url}
        if self.refuses:
            answer["error"] = self.refuses
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self.codes[answer["code"]] = query
        return Reply(302, b"", {"Location": f"{query['redirect_uri']}?{urlencode(answer)}"})

    def _token(self, request: Request) -> Reply:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        begun = self.codes.pop(form["code"], None)
        if not self._is_client(request, form):
            return Reply.of({"error": "invalid_client"}, 401)
        if begun is None or begun["redirect_uri"] != form["redirect_uri"] or not _fits(begun, form["code_verifier"]):
            return Reply.of({"error": "invalid_grant"}, 400)
        id_token = self.token(key=self.signs, **{"nonce": begun["nonce"], **self.says})
        return Reply.of({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": id_token})

    def _is_client(self, request: Request, form: dict[str, str]) -> bool:
        if not self.secret:
            return form.get("client_id") == AUDIENCE and "authorization" not in request.headers
        if self.discovery.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret")) == (AUDIENCE, self.secret)
        basic = base64.b64encode(f"{AUDIENCE}:{self.secret}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {basic}"


def _fits(begun: dict[str, str], verifier: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return begun["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def forged(header: dict[str, Any], payload: dict[str, Any], signature: bytes = b"") -> str:
    """A token put together by hand, as those do who have no key."""
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(jwt.utils.base64url_encode(part).decode() for part in parts)

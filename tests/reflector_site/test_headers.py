"""What browsers are told: the content policy, the other headers, and which origins may call."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from reflector_site import content_policy
from reflector_site.headers import BARE
from transcripts.models import Transcript

S3 = {"bucket_name": "audio", "endpoint_url": None, "region_name": "eu-central-1"}


def policy_of(answer: Any) -> dict[str, list[str]]:
    parts = [part.strip().split(" ") for part in answer.headers["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts}


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page", "/admin/login/"])
def test_pages_load_from_here_alone(client: Client, db: None, path: str) -> None:
    assert policy_of(client.get(path)) == {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'", "ws://testserver", "wss://testserver"],
    }


def test_sockets_are_of_the_name_that_the_page_has(client: Client, db: None, settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS, settings.BASE_URL = ["reflector.example.org"], "https://reflector.example.org"
    answer = client.get("/sign-in", headers={"Host": "reflector.example.org"})
    assert policy_of(answer)["connect-src"] == ["'self'", "wss://reflector.example.org"]
    wrong = client.get("/sign-in", headers={"Host": "evil.example.org"})
    assert wrong.status_code == 400
    assert "evil" not in wrong.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("issuer", "audio", "directive", "expected"),
    [
        ("https://login.example.org/realms/a", {}, "form-action", ["'self'", "https://login.example.org"]),
        ("", {"location": "/var"}, "media-src", ["'self'"]),
        ("", S3 | {"endpoint_url": "http://minio:9000/x"}, "media-src", ["'self'", "http://minio:9000"]),
        ("", S3, "media-src", ["'self'", "https://s3.eu-central-1.amazonaws.com", "https://s3.amazonaws.com"]),
    ],
)
def test_exceptions_follow_from_settings(
    issuer: str, audio: dict[str, Any], directive: str, expected: list[str]
) -> None:
    assert content_policy.directives(issuer=issuer, audio=audio)[directive] == expected


def test_the_page_of_the_api_needs_a_nonce_and_nothing_unsafe(client: Client, db: None) -> None:
    first, second = client.get("/docs"), client.get("/docs")
    policies = [policy_of(answer)["script-src"] for answer in (first, second)]
    assert policies[0][0] == policies[1][0] == "'self'"
    nonce = policies[0][1].removeprefix("'nonce-").removesuffix("'")
    assert f'<script nonce="{nonce}">' in first.content.decode()
    assert policies[0] != policies[1]
    assert "unsafe" not in first.headers["Content-Security-Policy"]
    assert policy_of(first)["connect-src"][0] == "'self'"


def test_what_is_no_page_runs_nothing(owners: APIClient, transcript: Transcript) -> None:
    for path in ("/v1/me", "/v1/transcripts", f"/v1/transcripts/{transcript.pk}", "/v1/nothing", "/openapi.json"):
        assert owners.get(path).headers["Content-Security-Policy"] == BARE


def test_the_usual_headers(client: Client, db: None) -> None:
    headers = client.get("/sign-in").headers
    expected = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
    }
    assert {name: headers.get(name) for name in expected} == expected
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(
    ("base_url", "hsts", "expected"),
    [
        ("https://reflector.example.org", 86_400.0, "max-age=86400"),
        ("https://reflector.example.org", 0.0, None),
        ("http://127.0.0.1:8000", 86_400.0, None),
    ],
)
def test_https_is_insisted_on_where_the_site_has_it(
    db: None, settings: LazySettings, base_url: str, hsts: float, expected: str | None
) -> None:
    settings.BASE_URL, settings.HSTS = base_url, hsts
    assert Client().get("/sign-in").headers.get("Strict-Transport-Security") == expected


def test_answers_for_one_person_are_not_stored(owners: APIClient, anonymous: APIClient, transcript: Transcript) -> None:
    for path in ("/v1/me", "/v1/transcripts", "/v1/nothing"):
        assert owners.get(path).headers["Cache-Control"] == "no-store"
    # Kept by the browser of the person alone, and asked about each time.
    assert owners.get(f"/v1/transcripts/{transcript.pk}").headers["Cache-Control"] == "private, no-cache"
    assert anonymous.get("/v1/transcripts").headers["Cache-Control"] == "no-store"


# --- other origins

APP = "https://app.example.org"


@pytest.fixture
def allowed(settings: LazySettings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [APP]


def preflight(client: Client, path: str, *, origin: str = APP, asking: str = "x-api-key") -> Any:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": asking,
    }
    return client.options(path, headers=headers)


def test_by_default_no_other_origin_may_call(client: Client, db: None) -> None:
    for answer in (preflight(client, "/v1/me"), client.get("/v1/me", headers={"Origin": APP})):
        assert not any(name.startswith("Access-Control") for name in answer.headers)


@pytest.mark.parametrize("asking", ["x-api-key", "authorization", "content-type"])
def test_an_origin_that_is_allowed_may(client: Client, db: None, allowed: None, asking: str) -> None:
    answer = preflight(client, "/v1/user/api-keys", asking=asking)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, APP)
    assert asking in answer.headers["Access-Control-Allow-Headers"].split(", ")
    assert "DELETE" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    answer = client.get("/v1/me", headers={"Origin": APP, "X-API-Key": "wrong"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, APP)
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


def test_another_is_not(client: Client, db: None, allowed: None) -> None:
    for origin in ("https://evil.example.org", "http://app.example.org", f"{APP}.evil.org", "null"):
        assert "Access-Control-Allow-Origin" not in preflight(client, "/v1/me", origin=origin).headers


def test_pages_are_not_for_other_origins(client: Client, owner: User, allowed: None) -> None:
    client.force_login(owner)
    for path in ("/", "/sign-in", "/settings/api-keys", "/admin/", "/health"):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": APP}).headers
    assert client.get("/openapi.json", headers={"Origin": APP}).headers["Access-Control-Allow-Origin"] == APP


def test_cookies_go_along_where_the_flag_says_so(
    client: Client, db: None, allowed: None, settings: LazySettings
) -> None:
    settings.CORS_ALLOW_CREDENTIALS = True
    assert preflight(client, "/v1/me").headers["Access-Control-Allow-Credentials"] == "true"


def test_every_origin_without_cookies(client: Client, db: None, settings: LazySettings) -> None:
    settings.CORS_ALLOW_ALL_ORIGINS = True
    assert preflight(client, "/v1/me", origin="https://any.example.net").headers["Access-Control-Allow-Origin"] == "*"


# --- bodies


def test_json_that_is_nested_without_end_is_refused_in_words(owners: APIClient) -> None:
    answer = owners.post("/v1/transcripts", b"[" * 200_000, content_type="application/json")
    problem = {"loc": ["body"], "msg": "The JSON is nested too deeply.", "type": "json_invalid"}
    assert (answer.status_code, answer.json()) == (422, {"detail": [problem]})

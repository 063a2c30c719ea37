"""System checks: what cannot work together is refused at the start, in words."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from reflector_site import checks


def ids(found: list[Any]) -> list[str]:
    return [message.id for message in found]


def test_only_speakers_can_be_done_without(settings: LazySettings) -> None:
    settings.TRANSCRIPTION_ENGINE = settings.DIARIZATION_ENGINE = settings.LANGUAGE_ENGINE = "none"
    messages = [message.msg for message in checks.check_engines()]
    assert [message.partition(" ")[0] for message in messages] == ["TRANSCRIPTION_ENGINE", "LANGUAGE_ENGINE"]


@pytest.mark.parametrize("name", ["AUDIO_DIR", "SCRATCH_DIR", "MODELS_DIR"])
def test_a_directory_that_cannot_be_made_is_refused(name: str, settings: LazySettings, tmp_path: Path) -> None:
    settings.OFFLINE = False
    (tmp_path / "file").touch()
    setattr(settings, name, tmp_path / "file" / "below")
    (message,) = checks.check_directories()
    assert message.msg == f"{name} is {tmp_path}/file/below, which cannot be made or written to."
    assert message.hint is not None
    assert name in message.hint


def test_directories_are_looked_at_and_not_made(settings: LazySettings, tmp_path: Path) -> None:
    settings.SCRATCH_DIR = tmp_path / "a" / "b"
    assert checks.check_directories() == []
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("engine", "url", "mode", "base_url", "expected"),
    [
        ("auto", "http://gpu:1", "url", "http://127.0.0.1:8000", ["reflector.W001"]),
        ("gpu", "http://gpu:1", "url", "http://[::1]:8000", ["reflector.W001"]),
        ("auto", "http://gpu:1", "upload", "http://127.0.0.1:8000", []),
        ("auto", "http://gpu:1", "url", "https://example.org", []),
        ("auto", "", "url", "http://127.0.0.1:8000", []),
        ("builtin", "http://gpu:1", "url", "http://127.0.0.1:8000", []),
        ("none", "http://gpu:1", "url", "http://127.0.0.1:8000", []),
    ],
)
def test_services_that_fetch_need_an_address_that_they_can_reach(
    engine: str, url: str, mode: str, base_url: str, expected: list[str], settings: LazySettings
) -> None:
    options = copy.deepcopy(settings.ENGINE_OPTIONS)
    options["diarization"]["gpu"] |= {"url": url, "mode": mode}
    settings.ENGINE_OPTIONS, settings.DIARIZATION_ENGINE, settings.BASE_URL = options, engine, base_url
    assert ids(checks.check_reachable_by_services()) == expected


@pytest.mark.parametrize(
    ("issuer", "audience", "jwks_url", "expected"),
    [
        ("", "", "", []),
        ("https://issuer.example.org/", "reflector", "", []),
        ("http://localhost:9000/realm", "reflector", "http://127.0.0.1:9000/keys", []),
        ("", "reflector", "", ["reflector.E010"]),
        ("", "reflector", "https://issuer.example.org/keys", ["reflector.E010", "reflector.E010"]),
        ("https://issuer.example.org/?realm=a", "reflector", "", ["reflector.E011"]),
        ("https://issuer.example.org/#a", "reflector", "", ["reflector.E011"]),
        ("http://issuer.example.org", "reflector", "", ["reflector.W010"]),
        ("https://issuer.example.org", "reflector", "http://issuer.example.org/keys", ["reflector.W010"]),
        ("https://issuer.example.org", "", "", ["reflector.W011"]),
    ],
)
def test_settings_of_tokens(
    issuer: str, audience: str, jwks_url: str, expected: list[str], settings: LazySettings
) -> None:
    settings.OIDC_ISSUER, settings.OIDC_AUDIENCE, settings.OIDC_JWKS_URL = issuer, audience, jwks_url
    found = checks.check_tokens()
    assert ids(found) == expected
    assert all(message.hint for message in found)


@pytest.mark.parametrize(
    ("origins", "everybody", "credentials", "expected"),
    [
        ([], False, True, []),
        (["https://app.example.org", "http://localhost:3000"], False, True, []),
        ([], True, False, []),
        ([], True, True, ["reflector.E012"]),
        (["https://app.example.org/path"], False, False, ["reflector.E013"]),
        (["https://app.example.org:443"], False, False, ["reflector.E013"]),
        (["app.example.org", "null"], False, False, ["reflector.E013", "reflector.E013"]),
    ],
)
def test_origins_that_may_call(
    origins: list[str], everybody: bool, credentials: bool, expected: list[str], settings: LazySettings
) -> None:
    settings.CORS_ALLOWED_ORIGINS, settings.CORS_ALLOW_ALL_ORIGINS = origins, everybody
    settings.CORS_ALLOW_CREDENTIALS = credentials
    assert ids(checks.check_cors()) == expected

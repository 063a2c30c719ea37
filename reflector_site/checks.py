"""System checks: settings that cannot work together stop the start with a sentence that says what to set."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error, Warning, register  # noqa: A004 -- Django's own name

from reflector_site import names
from transcripts.engines.base import Never
from transcripts.engines.registry import Kind
from transcripts.pipeline.choose import engine_for, options, switched_off, wanted

ENGINE_CANNOT_WORK = "reflector.E002"


@register()
def check_storage(**_: Any) -> list[Error]:
    if settings.AUDIO_STORAGE == "s3" and not settings.STORAGES["audio"]["OPTIONS"]["bucket_name"]:
        return [Error("AUDIO_STORAGE is s3 but no bucket is named. Set AUDIO_S3_BUCKET.", id="reflector.E001")]
    return []


@register()
def check_directories(**_: Any) -> list[Error]:
    """Only looks: whoever needs a directory makes it."""
    needed = ["SCRATCH_DIR"]
    if settings.AUDIO_STORAGE == "filesystem":
        needed.append("AUDIO_DIR")
    if not settings.OFFLINE:  # else nothing is fetched, and models may lie where nobody can write
        needed.append("MODELS_DIR")
    return [
        Error(
            f"{name} is {path}, which cannot be made or written to.",
            hint=f"Set {name} to a directory that Reflector may write to.",
            id="reflector.E003",
        )
        for name, path in ((name, Path(getattr(settings, name))) for name in needed)
        if not _usable(path)
    ]


def _usable(path: Path) -> bool:
    there = nearest_existing(path)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def nearest_existing(path: Path) -> Path:
    """The path itself, or the directory above it in which the missing ones would be made."""
    return next(each for each in (path, *path.parents) if os.path.lexists(each))


@register()
def check_engines(**_: Any) -> list[Error]:
    """An engine that was asked for by name and cannot work is an error at start, not a silent fallback."""
    kinds: tuple[Kind, ...] = ("transcription", "diarization", "language", "translation")
    problems = ((kind, _problem(kind)) for kind in kinds)
    return [
        Error(f"{kind.upper()}_ENGINE is {wanted(kind)}, which cannot work here: {problem}", id=ENGINE_CANNOT_WORK)
        for kind, problem in problems
        if problem
    ]


def _problem(kind: Kind) -> str | None:
    if wanted(kind) == "auto" or switched_off(kind):
        return None
    try:
        engine_for(kind)
    except Never as error:
        return str(error)
    return None


@register()
def check_reachable_by_services(**_: Any) -> list[Warning]:
    by_address = _fetches("transcription") or _fetches("diarization")
    if by_address and names.is_local(settings.BASE_URL) and settings.AUDIO_STORAGE == "filesystem":
        return [
            Warning(
                "A GPU service fetches audio by address, and BASE_URL names this machine only.",
                hint="Set BASE_URL to an address that the service can reach, or AUDIO_STORAGE=s3.",
                id="reflector.W001",
            )
        ]
    return []


@register()
def check_tokens(**_: Any) -> list[Error | Warning]:
    """Settings of the OIDC issuer that do nothing, cannot work, or take more tokens than people may think."""
    if not settings.OIDC_ISSUER:
        idle = [
            name
            for name in ("OIDC_AUDIENCE", "OIDC_JWKS_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
            if getattr(settings, name)
        ]
        return [
            Error(f"{name} is set, and no issuer is.", hint="Set OIDC_ISSUER.", id="reflector.E010") for name in idle
        ]
    found: list[Error | Warning] = []
    if any(mark in settings.OIDC_ISSUER for mark in "?#"):
        hint = "Set it to the issuer's own address, without ? and #."
        found.append(Error("OIDC_ISSUER is no address of an issuer.", hint=hint, id="reflector.E011"))
    found += [_open_line(name) for name in ("OIDC_ISSUER", "OIDC_JWKS_URL") if _is_open(getattr(settings, name))]
    if not settings.OIDC_AUDIENCE:
        found.append(
            Warning(
                "Tokens that the OIDC issuer made for other applications are taken too.",
                hint="Set OIDC_AUDIENCE to the client ID of this site at the issuer.",
                id="reflector.W011",
            )
        )
    return found


@register()
def check_cors(**_: Any) -> list[Error]:
    """Origins that no browser sends, and cookies for whoever asks."""
    found = []
    if settings.CORS_ALLOW_ALL_ORIGINS and settings.CORS_ALLOW_CREDENTIALS:
        hint = "Name the origins in CORS_ORIGIN, or unset CORS_ALLOW_CREDENTIALS."
        found.append(
            Error("Every page on the web could act for who is signed in here.", hint=hint, id="reflector.E012")
        )
    hint = "Write scheme, name and port alone: https://app.example.org, http://localhost:3000."
    found += [
        Error(f"CORS_ORIGIN names {each!r}, which is no origin.", hint=hint, id="reflector.E013")
        for each in settings.CORS_ALLOWED_ORIGINS
        if not names.is_origin(each)
    ]
    return found


def _is_open(address: str) -> bool:
    return address.startswith("http://") and not names.is_local(address)


def _open_line(name: str) -> Warning:
    return Warning(
        f"{name} begins with http://, so whoever is on the line can sign in as anybody.",
        hint=f"Set {name} to an address that begins with https://.",
        id="reflector.W010",
    )


def _fetches(kind: Kind) -> bool:
    """Whether the engine that will be used is a GPU service that is sent addresses instead of audio."""
    gpu = options(kind)["gpu"]
    if gpu["mode"] != "url" or not gpu["url"] or switched_off(kind):
        return False  # without asking other engines, which may take seconds to look for their models
    try:
        return engine_for(kind).spec.name == "gpu"
    except Never:
        return False

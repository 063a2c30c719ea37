"""System checks: settings that cannot work together stop the start with a sentence that says what to set."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Warning, register  # noqa: A004 -- Django's own name

from transcripts.engines.base import Never
from transcripts.engines.registry import Kind
from transcripts.pipeline.choose import engine_for, wanted


@register()
def check_storage(**_: Any) -> list[Error]:
    if settings.AUDIO_STORAGE == "s3" and not settings.STORAGES["audio"]["OPTIONS"]["bucket_name"]:
        return [Error("AUDIO_STORAGE is s3 but no bucket is named. Set AUDIO_S3_BUCKET.", id="reflector.E001")]
    return []


@register()
def check_engines(**_: Any) -> list[Error]:
    """An engine that was asked for by name and cannot work is an error at start, not a silent fallback."""
    kinds: tuple[Kind, ...] = ("transcription", "diarization", "language")
    problems = ((kind, _problem(kind)) for kind in kinds)
    return [
        Error(f"{kind.upper()}_ENGINE is {wanted(kind)}, which cannot work here: {problem}", id="reflector.E002")
        for kind, problem in problems
        if problem
    ]


def _problem(kind: Kind) -> str | None:
    if wanted(kind) in ("auto", "none"):
        return None
    try:
        engine_for(kind)
    except Never as error:
        return str(error)
    return None


@register()
def check_reachable_by_services(**_: Any) -> list[Warning]:
    by_url = settings.ENGINE_OPTIONS["transcription"]["gpu"]["mode"] == "url" or wanted("diarization") == "gpu"
    local = settings.BASE_URL.startswith(("http://127.0.0.1", "http://localhost"))
    if by_url and local and settings.AUDIO_STORAGE == "filesystem":
        return [
            Warning(
                "A GPU service fetches audio by address, and BASE_URL names this machine only.",
                hint="Set BASE_URL to an address that the service can reach, or AUDIO_STORAGE=s3.",
                id="reflector.W001",
            )
        ]
    return []

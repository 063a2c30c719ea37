"""Which engine a step uses: the settings of this site, handed to the registry that knows no Django."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from transcripts.engines.base import Never
from transcripts.engines.registry import Choice, EngineSpec, Kind, NotConfigured, choose

NO_TRANSLATION = (
    "No translation engine is configured: set TRANSLATE_URL to a translation service with Reflector's GPU contract, or "
    "LLM_URL to an OpenAI-compatible language model."
)
SWITCHED_OFF = "Translation is switched off on this site (TRANSLATION_ENGINE is none)."


def engine_for(kind: Kind, *, language: str | None = None) -> Choice:
    """The engine that the settings name, or the best that works here. Raises Never when a named one cannot work."""
    try:
        return choose(kind, options_by_engine=options(kind), language=language, wanted=wanted(kind))
    except NotConfigured as error:
        raise NotConfigured(NO_TRANSLATION) from error


def translator() -> EngineSpec:
    """The engine that translates. Raises Never with a sentence that says what to set where there is none."""
    if switched_off("translation"):
        raise Never(SWITCHED_OFF)
    return engine_for("translation").spec


def switched_off(kind: Kind) -> bool:
    """Whether the site does without: a transcript needs no speakers or translation, but words and topics it does."""
    return kind in ("diarization", "translation") and wanted(kind) == "none"


def spec(kind: Kind, name: str) -> EngineSpec:
    """The engine of that name with the options that the settings give it now."""
    return EngineSpec(kind, name, options(kind).get(name, {}))


def wanted(kind: Kind) -> str:
    return str(getattr(settings, f"{kind.upper()}_ENGINE"))


def options(kind: Kind) -> dict[str, dict[str, Any]]:
    """The options of each engine, with those that all share."""
    shared = {
        "cache": str(settings.MODELS_DIR),
        "offline": settings.OFFLINE,
        "threads": settings.ENGINE_THREADS,
    }
    own: dict[str, dict[str, Any]] = {wanted(kind): {}} if ":" in wanted(kind) else {}
    return {name: {**shared, **values} for name, values in {**settings.ENGINE_OPTIONS[kind], **own}.items()}

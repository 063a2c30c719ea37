"""Which engine a step uses: the settings of this site, handed to the registry that knows no Django."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from transcripts.engines.registry import Choice, EngineSpec, Kind, choose


def engine_for(kind: Kind, *, language: str | None = None) -> Choice:
    """The engine that the settings name, or the best that works here. Raises Never when a named one cannot work."""
    return choose(kind, options_by_engine=options(kind), language=language, wanted=wanted(kind))


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

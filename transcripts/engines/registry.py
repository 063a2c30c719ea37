"""Which engines there are, which of them work here, and which one to take.

An engine is one line in `ENGINES`, or a dotted path ("package.module:Class") where somebody brings their own. Its
module is imported on first use, so that a page that only names engines never loads a model library, and a missing
optional package is a sentence instead of an import error at start.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from transcripts.engines.base import Engine, Never, Transcriber

Kind = Literal["transcription", "diarization", "language", "translation"]

ENGINES: Mapping[Kind, Mapping[str, str]] = {
    "transcription": {
        "parakeet": "transcripts.engines.transcription.parakeet:ParakeetTranscriber",
        "whisper": "transcripts.engines.transcription.whisper:WhisperTranscriber",
        "pocketsphinx": "transcripts.engines.transcription.pocketsphinx:PocketSphinxTranscriber",
        "openai": "transcripts.engines.transcription.openai:OpenAITranscriber",
        "gpu": "transcripts.engines.transcription.gpu:GpuTranscriber",
    },
    "diarization": {
        "builtin": "transcripts.engines.diarization.classical:ClassicalDiarizer",
        "pyannote": "transcripts.engines.diarization.pyannote:PyannoteDiarizer",
        "gpu": "transcripts.engines.diarization.http:GpuDiarizer",
    },
    "language": {
        "extractive": "transcripts.engines.language.extractive:ExtractiveLanguageModel",
        "openai": "transcripts.engines.language.openai:OpenAILanguageModel",
    },
    "translation": {
        "gpu": "transcripts.engines.translation.http:GpuTranslator",
        "openai": "transcripts.engines.translation.openai:OpenAITranslator",
    },
}

#: The engine of each kind that needs nothing but this checkout: what is left when nothing better works. A draft of a
#: translation would be worth nothing, so there is none.
LAST_RESORT: Mapping[Kind, str] = {"transcription": "pocketsphinx", "diarization": "builtin", "language": "extractive"}

#: Services that somebody runs for us; `auto` asks them first, and only when their `url` is set.
SERVICES: Mapping[Kind, Sequence[str]] = {
    "transcription": ("openai", "gpu"),
    "diarization": ("gpu",),
    "language": ("openai",),
    "translation": ("gpu", "openai"),
}


class NotConfigured(Never):
    """There is no engine of this kind unless somebody sets one up, and nobody has."""


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Everything that another process needs to build the same engine. `options` holds JSON values only."""

    kind: Kind
    name: str
    options: dict[str, Any] = field(default_factory=dict)

    def key(self) -> str:
        """The same text for the same engine with the same options: what a pool of warm engines is sorted by."""
        return json.dumps([self.kind, self.name, self.options], sort_keys=True)


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine to use. `reasons` says, a sentence each, why the better ones were passed over."""

    spec: EngineSpec
    fallback: bool
    reasons: list[str]


def names(kind: Kind) -> list[str]:
    """The engines of one kind, in the order in which they are declared."""
    return list(ENGINES[kind])


def engine_class(kind: Kind, name: str) -> type[Engine]:
    """The class behind a name or a dotted path. Raises Never when there is none or it cannot be imported."""
    path = name if ":" in name else ENGINES[kind].get(name)
    if path is None:
        raise Never(f"There is no {kind} engine called {name!r}. Choose one of: auto, {', '.join(names(kind))}.")
    module, _, attribute = path.partition(":")
    try:
        return cast(type[Engine], getattr(importlib.import_module(module), attribute))
    except (ImportError, AttributeError) as error:
        raise Never(f"The {kind} engine {name} cannot be loaded: {error}. Install what it needs.") from error


def load(spec: EngineSpec) -> Engine:
    """Build the engine; cheap, since models are loaded at the first call. Raises Never as `engine_class` does."""
    return engine_class(spec.kind, spec.name)(spec.options)


def unavailable(spec: EngineSpec) -> str | None:
    """Why this engine cannot work here, as a sentence that says what to do; None when it can."""
    try:
        return engine_class(spec.kind, spec.name).unavailable(spec.options)
    except Never as error:
        return str(error)


def choose(
    kind: Kind,
    *,
    options_by_engine: Mapping[str, Mapping[str, Any]],
    language: str | None = None,
    wanted: str = "auto",
) -> Choice:
    """The engine that `wanted` names, or for "auto" the best that works here for `language` (None: unknown yet).

    Raises Never with the reason when an engine that was asked for by name cannot work: somebody who names an engine
    wants that one, not a silent substitute. Raises NotConfigured where there is nothing to fall back on.
    """
    if wanted != "auto":
        return _by_name(kind, options_by_engine=options_by_engine, language=language, name=wanted)
    reasons: list[str] = []
    for name in _auto_order(kind, options_by_engine, language):
        spec = _spec(kind, name, options_by_engine)
        reason = unavailable(spec) or _wrong_language(spec, language)
        if reason is None:
            return Choice(spec=spec, fallback=name == LAST_RESORT.get(kind), reasons=reasons)
        reasons.append(reason)
    if kind not in LAST_RESORT:
        raise _not_there(kind, reasons)
    return _last_resort(kind, options_by_engine=options_by_engine, language=language, reasons=reasons)


def _not_there(kind: Kind, reasons: list[str]) -> Never:
    if reasons:  # one is configured, and cannot work
        return Never(" ".join(reasons))
    return NotConfigured(f"No {kind} engine is configured.")


def _by_name(
    kind: Kind, *, options_by_engine: Mapping[str, Mapping[str, Any]], language: str | None, name: str
) -> Choice:
    spec = _spec(kind, name, options_by_engine)
    reason = unavailable(spec) or _wrong_language(spec, language)
    if reason is not None:
        raise Never(reason)
    return Choice(spec=spec, fallback=False, reasons=[])


def _last_resort(
    kind: Kind, *, options_by_engine: Mapping[str, Mapping[str, Any]], language: str | None, reasons: list[str]
) -> Choice:
    """A draft in the wrong language is still a draft with the right times: better than no transcript at all."""
    spec = _spec(kind, LAST_RESORT[kind], options_by_engine)
    reason = unavailable(spec)
    if reason is not None:
        raise Never(" ".join([*reasons, reason]))
    wrong_language = _wrong_language(spec, language)
    return Choice(spec=spec, fallback=True, reasons=[*reasons, wrong_language] if wrong_language else reasons)


def _auto_order(kind: Kind, options_by_engine: Mapping[str, Mapping[str, Any]], language: str | None) -> Sequence[str]:
    """Best first, without the last resort where it has a limit of its own (see `_last_resort`)."""
    services = [name for name in SERVICES[kind] if options_by_engine.get(name, {}).get("url")]
    if kind == "transcription":
        # Parakeet is the more accurate for its languages; whisper hears which of 99 languages is spoken.
        local = ["parakeet", "whisper"] if language else ["whisper", "parakeet"]
        return [*services, *local]
    if kind == "diarization":
        return [*services, "pyannote"]
    return services


def _spec(kind: Kind, name: str, options_by_engine: Mapping[str, Mapping[str, Any]]) -> EngineSpec:
    return EngineSpec(kind=kind, name=name, options=dict(options_by_engine.get(name, {})))


def _wrong_language(spec: EngineSpec, language: str | None) -> str | None:
    if spec.kind != "transcription" or language is None:
        return None
    known = cast(Transcriber, load(spec)).languages()
    if known is None or language in known:
        return None
    return f"The engine {spec.name} does not know the language {language!r} (it knows: {', '.join(sorted(known))})."

"""Speech to text, in shards cut at pauses that many workers take at once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from consent import vault
from consent.models import AudioKind, AudioObject
from transcripts.domain import results as write
from transcripts.domain.reprocessing import with_edits
from transcripts.engines import registry
from transcripts.engines.base import Clip, EngineInfo, Transcriber, Transcription, Word
from transcripts.engines.registry import EngineSpec
from transcripts.engines.transcription import gate
from transcripts.engines.wav import as_wav, read_clip
from transcripts.models import Run
from transcripts.pipeline import scratch
from transcripts.pipeline.choose import spec
from transcripts.pipeline.context import Context, results_of
from transcripts.pipeline.steps.base import MINUTES, Json, StepWork
from transcripts.pipeline.steps.prepare import asked_language


def parts(run: Run) -> list[Json]:
    """A shard for each stretch between two pauses; for a speaker per channel, one for each channel of it."""
    found = results_of(run, "read")[0]
    engine = _engine(spec("transcription", results_of(run, "prepare")[0]["engine"]))
    channels = range(found["channels"]) if found["channels"] > 1 else (None,)
    pieces = gate.pieces(_pairs(found["speech"]), found["duration"], engine.shard_seconds, _pairs(found["dips"]))
    return [
        {"start": start, "end": end, "channel": channel}
        for (start, end), channel in itertools.product(pieces, channels)
    ]


def amount(payload: Json) -> float:
    """Seconds of sound."""
    return float(payload["end"] - payload["start"])


def compute(context: Context) -> Json:
    chosen = spec("transcription", context.result("prepare")["engine"])
    audio = AudioObject.objects.get(pk=context.result("read")["audio"])
    path = vault.local_file(audio, scratch.run_directory(context.run.pk))
    clip = Clip(path=str(path), **context.payload)
    heard = _transcribe(context, chosen, clip)
    words = gate.review(heard.words, _pairs(context.result("read")["speech"]), engine=chosen.name)
    return {"words": [asdict(word) for word in words], "language": heard.language}


def _transcribe(context: Context, chosen: EngineSpec, clip: Clip) -> Transcription:
    language = asked_language(context.transcript.source_language)
    if not _engine(chosen).needs_url:
        return _call(context, chosen, clip, language)
    shard = _shard(context, clip)
    try:
        return _call(context, chosen, Clip(clip.path, clip.start, clip.end, clip.channel, vault.url(shard)), language)
    finally:
        vault.discard(shard)


def _call(context: Context, chosen: EngineSpec, clip: Clip, language: str | None) -> Transcription:
    heard: Transcription = context.engine(chosen, "transcribe", clip=clip, language=language)
    return heard


def _shard(context: Context, clip: Clip) -> AudioObject:
    """A copy of the piece for a service to fetch: in the registry like all audio, and gone when it has answered."""
    return vault.store(
        iter([as_wav(read_clip(clip))]),
        kind=AudioKind.SHARD,
        transcript_id=context.transcript.id,
        extension="wav",
        media_type="audio/wav",
        origin=context.origin,
    )


def _engine(chosen: EngineSpec) -> Transcriber:
    """The engine itself, to ask what it likes; whether it needs an address may depend on its options."""
    return cast(Transcriber, registry.load(chosen))


def _pairs(found: list[list[float]]) -> list[tuple[float, float]]:
    return [(first, second) for first, second in found]


def words_of(run: Run) -> list[Word]:
    """All words in order of their start; with a speaker per channel, the channel is the speaker."""
    found = [
        Word(**{**word, "speaker": part["channel"] or 0}) for part in _with_channels(run) for word in part["words"]
    ]
    return sorted(found, key=lambda word: (word.start, word.end))


def _with_channels(run: Run) -> list[Json]:
    step = run.steps.get(name="transcribe")
    return [{**(part.result or {}), "channel": part.payload["channel"]} for part in step.parts.order_by("number")]


def save(run: Run, results: Sequence[Json]) -> None:
    languages = [result["language"] for result in results if result["words"]]
    language = max(set(languages), key=languages.count) if languages else ""
    write.record_engine(run.transcript, "transcription", EngineInfo(**results_of(run, "prepare")[0]["info"]))
    tracks = results_of(run, "read")[0]["channels"] > 1
    words = with_edits(run, words_of(run), tracks=tracks, told_apart=False)
    write.replace_words(run.transcript, words, language=language, tracks=tracks)


WORK = StepWork(compute, save, parts, amount, doing="Writing down what is said", counts=MINUTES, engine_from="prepare")

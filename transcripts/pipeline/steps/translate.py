"""What was said, in another language: the utterances that have no translation of what they say now.

A part is a batch of utterances that follow each other, so that many workers can take them at once. Nothing is written
before all parts are done: a cancel leaves the translations that were there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from transcripts.domain import translations
from transcripts.domain.languages import language_name
from transcripts.domain.results import record_engine
from transcripts.domain.spoken import name_of, speaker_names
from transcripts.domain.tongues import CODES, guess
from transcripts.domain.translations import Translated
from transcripts.engines.base import EngineInfo, Line
from transcripts.events import TranscriptLines, announce
from transcripts.models import Run, Transcript, Utterance
from transcripts.pipeline.choose import translator
from transcripts.pipeline.context import Context
from transcripts.pipeline.failures import StepFailed
from transcripts.pipeline.steps.base import MINUTES, Json, StepWork

BATCH_UTTERANCES = 40
BATCH_CHARACTERS = 4000
#: Utterances around those of a batch that an engine may read to understand them.
NEIGHBOURS = 3


def parts(run: Run) -> list[Json]:
    return [
        {"utterances": [utterance.pk for utterance in batch], "seconds": sum(u.end - u.start for u in batch)}
        for batch in _batches(translations.due(run.transcript, run.language).defer("words"))
    ]


def _batches(utterances: Iterable[Utterance]) -> Iterator[list[Utterance]]:
    batch: list[Utterance] = []
    length = 0
    for utterance in utterances:
        length += len(utterance.text)
        if batch and (len(batch) == BATCH_UTTERANCES or length > BATCH_CHARACTERS):
            yield batch
            batch, length = [], len(utterance.text)
        batch.append(utterance)
    if batch:
        yield batch


def amount(payload: Json) -> float:
    return max(float(payload["seconds"]), 0.1)


def compute(context: Context) -> Json:
    transcript, language = context.transcript, context.run.language
    spec = translator()
    lines, wanted, utterances = _around(transcript, set(context.payload["utterances"]))
    if not wanted:  # all of them are gone by now
        return {"translations": [], "info": None}
    texts: list[str] = context.engine(
        spec, "translate", lines=lines, wanted=wanted, source=transcript.language, target=language
    )
    _check(utterances, texts, source=transcript.language, target=language)
    info: EngineInfo = context.engine(spec, "info")
    found = [Translated(utterance.pk, utterance.text, text) for utterance, text in zip(utterances, texts, strict=True)]
    return {"translations": [asdict(each) for each in found], "info": asdict(info)}


def _around(transcript: Transcript, keys: set[int]) -> tuple[list[Line], list[int], list[Utterance]]:
    """Lines for the engine, which of them are wanted, and the utterances of those."""
    names = speaker_names(transcript)
    every = list(transcript.utterances.defer("words"))
    places = [place for place, utterance in enumerate(every) if utterance.pk in keys]
    near = sorted({n for place in places for n in range(place - NEIGHBOURS, place + NEIGHBOURS + 1)})
    shown = [every[n] for n in near if 0 <= n < len(every)]
    lines = [Line(name_of(u.speaker, names), u.start, u.end, u.text) for u in shown]
    wanted = [n for n, utterance in enumerate(shown) if utterance.pk in keys]
    return lines, wanted, [shown[n] for n in wanted]


def _check(utterances: Sequence[Utterance], texts: Sequence[str], *, source: str, target: str) -> None:
    """An engine that gave another number of texts, or clearly a third language, is asked again.

    Services that do not know a pair have been seen to answer in whatever they know. What is left in the language that
    was spoken is let pass: that may be names and quotations.
    """
    if len(texts) != len(utterances):
        raise StepFailed(f"The translation engine gave {len(texts)} texts for {len(utterances)}.", permanent=False)
    found = guess(" ".join(texts))
    if found is not None and target in CODES and found not in (source, target):
        raise StepFailed(
            f"The translation engine answered in {language_name(found)} instead of {language_name(target)}.",
            permanent=False,
        )


def save(run: Run, results: Sequence[Json]) -> None:
    found = [[Translated(**each) for each in result["translations"]] for result in results]
    translations.save(run.transcript, run.language, [each for batch in found for each in batch])
    info = next((result["info"] for result in results if result["info"]), None)
    if info is not None:
        record_engine(run.transcript, "translation", EngineInfo(**info))
    for batch in filter(None, found):
        text, translation = (" ".join(texts) for texts in zip(*((b.source, b.text) for b in batch), strict=True))
        announce(run.transcript, TranscriptLines(text=text, translation=translation))


WORK = StepWork(compute, save, parts, amount, doing="Asking the translation engine", counts=MINUTES)

"""Words to the speakers who said them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from transcripts.domain import results as write
from transcripts.domain.reprocessing import with_edits
from transcripts.domain.segments import assign_speakers
from transcripts.engines.base import SpeakerTurn, Word
from transcripts.models import Run
from transcripts.pipeline.context import Context, results_of
from transcripts.pipeline.steps.base import Json, StepWork
from transcripts.pipeline.steps.transcribe import words_of


def compute(context: Context) -> Json:
    words = words_of(context.run)
    if context.result("read")["channels"] == 1:
        words = assign_speakers(words, _turns(context.run))
    return {"words": [asdict(word) for word in words]}


def _turns(run: Run) -> list[SpeakerTurn]:
    return [SpeakerTurn(**turn) for found in results_of(run, "diarize") for turn in found["turns"]]


def save(run: Run, results: Sequence[Json]) -> None:
    words = [Word(**word) for word in results[0]["words"]]
    tracks = results_of(run, "read")[0]["channels"] > 1
    words = with_edits(run, words, tracks=tracks, told_apart=bool(_turns(run)))
    # As they were first cut, without speakers, the utterances read otherwise: what they lost is still in `before`.
    before = Run.objects.values_list("before__translations", flat=True).get(pk=run.pk) or ()
    language = run.transcript.detected_language
    write.replace_words(run.transcript, words, language=language, tracks=tracks, translated=before)


WORK = StepWork(compute, save, doing="Matching words and voices")

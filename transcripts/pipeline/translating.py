"""Translating a finished transcript: the verb that doors call. `steps/translate.py` does the work."""

from __future__ import annotations

from django.db import transaction

from transcripts.domain import translations
from transcripts.domain.languages import language_name
from transcripts.domain.translations import Translated
from transcripts.engines.base import Never
from transcripts.enums import PartState, RunState, TranscriptStatus
from transcripts.events import Updated, announce
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import ledger
from transcripts.pipeline.choose import translator
from transcripts.pipeline.plans import TRANSLATE
from transcripts.pipeline.runs import AlreadyRunning, NotPossible, active_run

#: Those of a transcript that is whole, or that keeps what it had before it failed.
FINISHED = (TranscriptStatus.ENDED, TranscriptStatus.ERROR)


@transaction.atomic
def translate(transcript: Transcript, *, language: str) -> Run | None:
    """Translate what has no translation of what it says now. None when there is nothing to do.

    `language` is an ISO 639-1 code as `languages.check` gives it. After a failure it goes on from what was translated.
    Raises AlreadyRunning when that is being done, or NotPossible with the reason.
    """
    transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    _refuse_while_busy(transcript, language)
    if language == transcript.language:
        raise NotPossible(f"It is in {language_name(language)} already, which is what was spoken")
    if transcript.status not in FINISHED or not transcript.utterances.exists():
        raise NotPossible("There is nothing to translate yet: it is not finished")
    _take_up(transcript, language)
    work = translations.work_in(transcript, language)
    if work is None:
        return None
    try:
        translator()
    except Never as error:
        raise NotPossible(str(error).removesuffix(".")) from error
    return ledger.begin(transcript, TRANSLATE, language=language, lane=ledger.lane_for(work.seconds))


def not_configured() -> str:
    """Why nothing can be translated on this site, as a sentence that says what to do; empty where it can."""
    try:
        translator()
    except Never as error:
        return str(error)
    return ""


def newest(transcript: Transcript) -> Run | None:
    """Its newest translation, of any state."""
    return transcript.runs.exclude(language="").defer("before").prefetch_related("steps").first()


def remove(transcript: Transcript, language: str, *, by: str) -> bool:
    """Delete what there is in a language; one that is being made is cancelled first. False when there was nothing."""
    run = active_run(transcript)
    stopped = run is not None and run.language == language and ledger.cancel(run)
    return translations.remove(transcript, language, by=by) or stopped


def _refuse_while_busy(transcript: Transcript, language: str) -> None:
    run = active_run(transcript)
    if run is None:
        return
    if run.language == language:
        raise AlreadyRunning()
    if run.language:
        raise NotPossible(f"It is being translated into {language_name(run.language)}. Wait for that, or cancel it")
    raise NotPossible("It is being processed. Wait for that, or cancel it")


def _take_up(transcript: Transcript, language: str) -> None:
    """Keep what the last attempt at this language had translated when it failed, where the same is still said."""
    last = transcript.runs.filter(language=language).defer("before").first()
    if last is None or last.state != RunState.FAILED:
        return
    results = Part.objects.filter(step__run=last, state=PartState.DONE).values_list("result", flat=True)
    made = [Translated(**each) for result in results if result for each in result["translations"]]
    missing = dict(translations.due(transcript, language).values_list("pk", "text"))
    if still := [each for each in made if missing.get(each.utterance) == each.source]:
        translations.save(transcript, language, still)
        announce(transcript, Updated(fields=["translations"]))

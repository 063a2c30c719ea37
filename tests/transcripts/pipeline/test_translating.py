"""Translating a finished transcript: only what is due, all or nothing, and the transcript stays as it is meanwhile."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings

from accounts.models import User
from reflector_site.events.models import Event
from tests.peers.gpu_translate import KEY, GpuTranslatePeer
from tests.peers.openai_chat import OpenAIChatPeer
from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import do, fail, part_of, take
from transcripts.domain import translations
from transcripts.domain.change import update_transcript
from transcripts.domain.sample import sample_path
from transcripts.domain.undo import undo
from transcripts.enums import Lane, RunState, TranscriptStatus
from transcripts.models import Part, Run, Topic, Transcript, Translation
from transcripts.pipeline import intake, ledger, progress, runs, translating

Drain = Callable[[], None]
Say = Callable[..., Topic]
GREETINGS = ((0, "Good morning everybody."), (1, "Good morning Ann."), (0, "Let us begin."))


@pytest.fixture
def peer(settings: LazySettings) -> Iterator[GpuTranslatePeer]:
    with GpuTranslatePeer() as peer:
        options: dict[str, Any] = copy.deepcopy(settings.ENGINE_OPTIONS)
        options["translation"]["gpu"] |= {"url": peer.url, "key": KEY, "timeout": 5, "retry_wait": 0}
        settings.ENGINE_OPTIONS = options
        settings.TRANSLATION_ENGINE = "auto"
        yield peer


@pytest.fixture
def spoken(new_transcript: Callable[..., Transcript], say: Say) -> Transcript:
    """A finished transcript of three utterances."""
    transcript = new_transcript(status=TranscriptStatus.ENDED)
    say(transcript, *GREETINGS)
    return transcript


def french(transcript: Transcript) -> list[str | None]:
    """Each utterance in French, as far as there is one."""
    found = translations.texts_in(transcript, "fr")
    return [found[u.pk].text if u.pk in found else None for u in transcript.utterances.all()]


def begin(transcript: Transcript, language: str = "fr") -> Run:
    run = translating.translate(transcript, language=language)
    assert run is not None
    return run


def told(transcript: Transcript) -> list[str]:
    return list(Event.objects.filter(stream=transcript.stream_key).order_by("seq").values_list("name", flat=True))


def test_every_utterance_is_translated_and_the_transcript_stays_finished(
    drain: Drain, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    run = begin(spoken)
    assert (run.plan, run.language, run.lane) == ("translate", "fr", Lane.SHORT)
    drain()
    run.refresh_from_db()
    spoken.refresh_from_db()
    assert (run.state, spoken.status, spoken.error) == (RunState.ENDED, TranscriptStatus.ENDED, "")
    assert french(spoken) == [f"en:fr:{text}" for _, text in GREETINGS]
    assert translations.languages_of(spoken) == [translations.InLanguage("fr", total=3, current=3, stale=0)]
    assert spoken.engines["translation"] == {
        "engine": "gpu", "model": "translate", "version": "", "draft": False,
    }  # fmt: skip
    assert not Part.objects.filter(result__icontains=KEY).exists(), "keys do not belong in the database"


def test_followers_hear_what_was_translated_and_that_it_is_there(
    drain: Drain, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    begin(spoken)
    drain()
    events = Event.objects.filter(stream=spoken.stream_key).order_by("seq")
    assert "STATUS" not in told(spoken)
    assert told(spoken)[-1] == "UPDATED"
    (line,) = events.filter(name="TRANSCRIPT").values_list("data", flat=True)
    assert line["text"] == "Good morning everybody. Good morning Ann. Let us begin."
    assert line["translation"].startswith("en:fr:Good morning everybody. en:fr:Good morning Ann.")
    updated = [data["fields"] for data in events.filter(name="UPDATED").values_list("data", flat=True)]
    assert updated == [["translations"], ["engines"], ["translations"]]


def test_translating_again_costs_only_what_was_changed(
    drain: Drain, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    begin(spoken)
    drain()
    peer.requests.clear()
    assert translating.translate(spoken, language="fr") is None, "nothing to do"
    spoken.utterances.filter(position=1).update(text="Good evening Ann.")
    assert translations.languages_of(spoken) == [translations.InLanguage("fr", total=3, current=2, stale=1)]
    begin(spoken)
    drain()
    assert peer.texts == ["Good evening Ann."]
    assert french(spoken)[1] == "en:fr:Good evening Ann."
    assert Translation.objects.count() == 3


def test_a_language_model_translates_too(drain: Drain, spoken: Transcript, settings: LazySettings) -> None:
    with OpenAIChatPeer() as peer:
        options: dict[str, Any] = copy.deepcopy(settings.ENGINE_OPTIONS)
        options["translation"]["openai"] |= {"url": peer.url, "model": peer.model}
        settings.ENGINE_OPTIONS, settings.TRANSLATION_ENGINE = options, "auto"
        begin(spoken, "ja")
        drain()
    assert translations.languages_of(spoken)[0].complete
    assert spoken.utterances.all()[0].translations.get().text == "en:ja:Good morning everybody."


def test_a_failure_is_the_run_s_and_not_the_transcript_s_and_again_goes_on(
    drain: Drain, spoken: Transcript, say: Say, peer: GpuTranslatePeer
) -> None:
    say(spoken, *[(0, f"This is sentence number {n}.") for n in range(60)])
    peer.behaviour = [*["good"] * 40, "refused"]
    run = begin(spoken)
    drain()
    run.refresh_from_db()
    spoken.refresh_from_db()
    assert (spoken.status, spoken.error) == (TranscriptStatus.ENDED, "")
    assert run.state == RunState.FAILED
    assert progress.error(run).startswith("The translation service at")
    assert set(french(spoken)) == {None}, "all or nothing"
    assert told(spoken)[-1] == "UPDATED"

    peer.behaviour = "good"
    peer.requests.clear()
    begin(spoken)
    assert len([text for text in french(spoken) if text]) == 40
    drain()
    assert len(peer.texts) == 23
    assert translations.languages_of(spoken)[0].complete


@pytest.mark.parametrize("behaviour", ["error_500", "garbage", "wrong_language"])
def test_a_service_that_misbehaves_fails_in_words(
    drain: Drain, spoken: Transcript, peer: GpuTranslatePeer, behaviour: str
) -> None:
    peer.behaviour = behaviour
    run = begin(spoken)
    drain()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert progress.error(run).endswith(".")


def test_an_answer_that_is_clearly_in_a_third_language_is_not_believed(
    drain: Drain, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    peer.behaviour = "spanish"
    run = begin(spoken)
    drain()
    run.refresh_from_db()
    assert progress.error(run) == "The translation engine answered in Spanish instead of French."


def test_a_cancel_leaves_what_was_there(spoken: Transcript, peer: GpuTranslatePeer) -> None:
    first = spoken.utterances.all()[0]
    Translation.objects.create(utterance=first, language="fr", text="Bonjour à tous.", source="Good morning all.")
    run = begin(spoken)
    take(run, "translate")
    assert runs.cancel(spoken)
    Part.objects.filter(step__run=run).update(lease_until=None, state="cancelled")
    ledger.cancel(run)
    run.refresh_from_db()
    spoken.refresh_from_db()
    assert (run.state, spoken.status) == (RunState.CANCELLED, TranscriptStatus.ENDED)
    assert french(spoken) == ["Bonjour à tous.", None, None]
    assert told(spoken)[-1] == "CANCELLED"
    assert begin(spoken).state == RunState.ACTIVE, "and it can be begun again"


def test_what_was_said_otherwise_in_the_meantime_is_out_of_date_at_once(
    spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    run = begin(spoken)
    payload = part_of(run, "translate").payload
    keys = payload["utterances"]
    claim = take(run, "translate")
    spoken.utterances.filter(pk=keys[0]).update(text="Good evening everybody.")
    spoken.utterances.filter(pk=keys[2]).delete()
    info = {"engine": "gpu", "model": "m", "version": "1"}
    said = zip(keys, GREETINGS, strict=True)
    made = [{"utterance": key, "source": text, "text": f"fr {text}"} for key, (_, text) in said]
    ledger.finish(claim, {"translations": made, "info": info})
    assert translations.languages_of(spoken) == [translations.InLanguage("fr", total=2, current=1, stale=1)]


@pytest.mark.parametrize(
    ("fields", "language", "reason"),
    [
        ({}, "en", "It is in English already"),
        ({"source_language": "auto", "detected_language": "fr"}, "fr", "It is in French already"),
        ({"status": "uploaded"}, "fr", "nothing to translate yet"),
    ],
)
def test_what_cannot_be_translated_is_said(
    spoken: Transcript, peer: GpuTranslatePeer, fields: dict[str, str], language: str, reason: str
) -> None:
    Transcript.objects.filter(pk=spoken.pk).update(**fields)
    with pytest.raises(runs.NotPossible, match=reason):
        translating.translate(spoken, language=language)


def test_without_an_engine_it_is_said_what_to_set(spoken: Transcript, settings: LazySettings) -> None:
    with pytest.raises(runs.NotPossible, match="No translation engine is configured: set TRANSLATE_URL"):
        translating.translate(spoken, language="fr")
    settings.TRANSLATION_ENGINE = "none"
    assert translating.not_configured() == "Translation is switched off on this site (TRANSLATION_ENGINE is none)."
    assert not Run.objects.exists()


def test_one_thing_at_a_time(spoken: Transcript, peer: GpuTranslatePeer) -> None:
    begin(spoken)
    with pytest.raises(runs.AlreadyRunning):
        translating.translate(spoken, language="fr")
    with pytest.raises(runs.NotPossible, match="It is being translated into French"):
        translating.translate(spoken, language="de")
    with pytest.raises(runs.AlreadyRunning):
        runs.process(spoken)


def test_not_while_it_is_processed(transcript: Transcript, peer: GpuTranslatePeer) -> None:
    runs.process(canned.uploaded(transcript))
    with pytest.raises(runs.NotPossible, match="It is being processed"):
        translating.translate(transcript, language="fr")


def test_titles_may_be_written_and_taken_back_while_it_is_translated(
    spoken: Transcript, peer: GpuTranslatePeer, owner: User
) -> None:
    run = begin(spoken)
    update_transcript(spoken, by=owner, title="Mornings")
    undo(spoken, number=1, by=owner)
    update_transcript(spoken, by=owner, title="Greetings")
    ledger.cancel(run)
    spoken.refresh_from_db()
    assert (spoken.title, french(spoken)) == ("Greetings", [None, None, None])


def test_deleting_a_language_stops_what_makes_it(spoken: Transcript, peer: GpuTranslatePeer) -> None:
    assert not translating.remove(spoken, "fr", by="Olivia")
    first = spoken.utterances.all()[0]
    Translation.objects.create(utterance=first, language="fr", text="Bonjour.", source=first.text)
    Translation.objects.create(utterance=first, language="de", text="Guten Morgen.", source=first.text)
    run = begin(spoken)
    assert translating.remove(spoken, "fr", by="Olivia")
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert [found.language for found in translations.languages_of(spoken)] == ["de"]


def test_the_time_is_learnt_by_how_much_speech_there_is_to_translate(
    drain: Drain, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    run = begin(spoken)
    speech = sum(len(text.split()) for _, text in GREETINGS)
    run.refresh_from_db()
    assert run.audio_seconds == pytest.approx(speech)
    drain()
    run.refresh_from_db()
    assert run.percent == 100
    spoken.utterances.filter(position=1).update(text="Good evening Ann.")
    again = begin(spoken)
    step = again.steps.get()
    assert step.learnt
    assert again.audio_seconds == pytest.approx(3)


# --- wanted from the start


def test_what_was_wanted_in_another_language_is_translated_when_it_is_finished(
    drain: Drain, transcript: Transcript, peer: GpuTranslatePeer
) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(target_language="fr")
    transcript.refresh_from_db()
    with sample_path().open("rb") as audio:
        intake.receive_file(transcript, audio)
    drain()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ENDED, transcript.error
    assert list(transcript.runs.values_list("plan", "state")) == [("translate", "ended"), ("file", "ended")]
    assert [found.complete for found in translations.languages_of(transcript)] == [True]
    statuses = Event.objects.filter(stream=transcript.stream_key, name="STATUS").order_by("seq")
    assert [data["value"] for data in statuses.values_list("data", flat=True)] == ["uploaded", "processing", "ended"]


@pytest.mark.parametrize("target", ["en", "auto", "", "tlh"])
def test_no_other_language_is_wanted(transcript: Transcript, peer: GpuTranslatePeer, target: str) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(target_language=target)
    canned.work(runs.process(canned.uploaded(transcript)))
    assert list(transcript.runs.values_list("plan", flat=True)) == ["file"]


def test_without_an_engine_the_transcript_is_finished_all_the_same(transcript: Transcript) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(target_language="fr")
    canned.work(runs.process(canned.uploaded(transcript)))
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ENDED
    assert list(transcript.runs.values_list("plan", flat=True)) == ["file"]


# --- through a new reading of the recording


def test_processing_again_keeps_the_translations_of_what_is_still_said(
    transcript: Transcript, peer: GpuTranslatePeer
) -> None:
    canned.work(runs.process(canned.uploaded(transcript)))
    utterance = transcript.utterances.all()[0]
    Translation.objects.create(utterance=utterance, language="fr", text="Bonjour.", source=utterance.text)
    run = runs.process(Transcript.objects.get(pk=transcript.pk))
    assert run.plan == "file"
    canned.work(run)
    (found,) = Translation.objects.all()
    assert (found.text, found.utterance.position) == ("Bonjour.", 0)
    assert found.utterance_id != utterance.pk


def test_a_cancelled_repetition_gives_translations_back(transcript: Transcript) -> None:
    canned.work(runs.process(canned.uploaded(transcript)))
    first, *_ = transcript.utterances.all()
    Translation.objects.create(utterance=first, language="fr", text="Vieux.", source="Something older")
    Translation.objects.create(utterance=first, language="de", text="Neu.", source=first.text)
    run = runs.process(Transcript.objects.get(pk=transcript.pk))
    canned.work(run, until="topics")
    transcript.utterances.all().delete()
    ledger.cancel(run)
    assert list(Translation.objects.order_by("language").values_list("language", "text", "source")) == [
        ("de", "Neu.", first.text),
        ("fr", "Vieux.", "Something older"),
    ]


def test_after_a_translation_processing_goes_on_as_if_there_had_been_none(
    transcript: Transcript, peer: GpuTranslatePeer
) -> None:
    run = runs.process(canned.uploaded(transcript))
    canned.work(run, until="title")
    fail(run, "title", message="No.")
    canned.work(run)
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ERROR
    translation = begin(transcript)
    assert transcript.utterances.exists(), "what was made before the failure can be read, and so translated"
    for part in Part.objects.filter(step__run=translation):
        do(translation, "translate", part.number, translations=[], info=None)
    transcript.refresh_from_db()
    assert (transcript.status, transcript.error) == (TranscriptStatus.ERROR, "No.")
    again = runs.process(transcript)
    assert (again.plan, again.steps.filter(carried=True).exists()) == ("file", True)

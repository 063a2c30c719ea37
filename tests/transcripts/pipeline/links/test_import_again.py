"""Imports that are cancelled, repeated, deleted, and replaced by an upload."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from accounts.models import User
from consent.models import AudioKind, AudioObject
from reflector_site.events.models import Event, Stream
from tests import media
from tests.peers.web import WebPeer
from tests.transcripts.pipeline.links.importing import VTT, Drain, bring, kinds
from transcripts import job_events
from transcripts.domain.delete import delete_transcript
from transcripts.enums import RunState, TranscriptStatus
from transcripts.models import Captions, Part, Transcript
from transcripts.pipeline import intake, runs
from transcripts.pipeline.imports import import_link

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_repetition_does_not_fetch_again_unless_asked(
    imported: Callable[..., Transcript], web: WebPeer, drain: Drain
) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)), whole=True)
    asked = len(web.requests)
    runs.process(transcript)
    drain()
    transcript.refresh_from_db()
    assert (transcript.status, len(web.requests)) == (TranscriptStatus.ENDED, asked)

    first = AudioObject.objects.live().get(kind=AudioKind.UPLOAD)
    runs.process(transcript, from_step="fetch")
    drain()
    assert len(web.requests) == asked + 1
    assert AudioObject.objects.live().get(kind=AudioKind.UPLOAD) != first
    assert kinds(transcript) == ["playback", "upload"]


def test_after_a_failure_it_is_fetched_when_the_server_is_back(
    imported: Callable[..., Transcript], web: WebPeer, drain: Drain
) -> None:
    transcript = imported(web.fail("/talk.wav", 503))
    assert transcript.status == TranscriptStatus.ERROR
    web.recording("/talk.wav", media.wav(2))
    runs.process(transcript)
    bring(transcript)
    transcript.refresh_from_db()
    assert (transcript.status, transcript.error) == (TranscriptStatus.PROCESSING, "")
    assert kinds(transcript) == ["upload"]


@pytest.fixture
def fetching(owner: User, web: WebPeer, drain: Drain) -> Any:
    """An import whose server drips, and the thread that works on it."""
    transcript = import_link(user=owner, url=web.slowly("/drip.wav", media.wav(2), seconds=0.2, media_type="audio/wav"))

    def work() -> None:
        try:
            bring(transcript)
        finally:
            connection.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    until(lambda: Part.objects.filter(step__name="fetch", state="running", progress__gte=0).exists())
    until(lambda: AudioObject.objects.filter(transcript_id=transcript.pk).exists())
    yield transcript
    thread.join(10)


def until(look: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_cancelled_in_the_middle_it_is_what_it_was(
    fetching: Transcript, stored_files: Callable[[], list[str]], web: WebPeer, drain: Drain
) -> None:
    begun = time.monotonic()
    assert runs.cancel(fetching)
    until(lambda: Transcript.objects.get(pk=fetching.pk).status == TranscriptStatus.IDLE)
    assert time.monotonic() - begun < 2
    until(lambda: stored_files() == [])
    found = Transcript.objects.get(pk=fetching.pk)
    assert (found.source_title, found.name) == ("", fetching.name)
    assert kinds(found) == []

    web.recording("/drip.wav", media.wav(2))
    runs.process(found)
    bring(found)
    found.refresh_from_db()
    assert (found.status, found.name, kinds(found)) == (TranscriptStatus.PROCESSING, "drip", ["upload"])


def test_deleted_in_the_middle_nothing_is_left(
    fetching: Transcript, stored_files: Callable[[], list[str]], settings: LazySettings
) -> None:
    delete_transcript(fetching)
    until(lambda: stored_files() == [] and not AudioObject.objects.filter(verified_at=None).exists())
    scratch = Path(settings.SCRATCH_DIR)
    until(lambda: not [path for path in scratch.rglob("*") if path.is_file()])


def test_cancelled_after_the_captions_none_are_left(owner: User, web: WebPeer, drain: Drain) -> None:
    web.add("/talk.wav", media.wav(2), "audio/wav")
    web.add("/en.vtt", VTT, "text/vtt")
    page = '<title>A talk</title><audio src="talk.wav"><track src="en.vtt" srclang="en"></audio>'
    transcript = import_link(user=owner, url=web.add("/page", page))
    bring(transcript)
    transcript.refresh_from_db()
    assert (transcript.name, Captions.objects.count(), kinds(transcript)) == ("A talk", 1, ["upload"])

    assert runs.cancel(transcript)
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.IDLE
    assert transcript.name == f"{web.url.removeprefix('http://')}/page"
    assert (transcript.source_title, Captions.objects.count(), kinds(transcript)) == ("", 0, [])


def test_a_name_given_meanwhile_survives_a_cancel(owner: User, web: WebPeer, drain: Drain) -> None:
    transcript = import_link(user=owner, url=web.recording("/talk.wav", media.wav(2)))
    bring(transcript, "resolve", "describe")
    Transcript.objects.filter(pk=transcript.pk).update(name="Mine")
    runs.cancel(transcript)
    transcript.refresh_from_db()
    assert (transcript.name, transcript.source_title) == ("Mine", "")


def test_an_erased_recording_is_not_fetched_again(imported: Callable[..., Transcript], web: WebPeer) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)))
    run = transcript.runs.get()
    run.state, run.finished_at = RunState.ENDED, run.created_at
    run.save()
    Transcript.objects.filter(pk=transcript.pk).update(status=TranscriptStatus.ENDED)
    AudioObject.objects.filter(transcript_id=transcript.pk).update(erased_at="2026-01-01T00:00Z")
    Transcript.objects.filter(pk=transcript.pk).update(audio_deleted=True)
    with pytest.raises(runs.NotPossible, match="not ready"):
        runs.process(transcript)
    for step in ("resolve", "describe", "fetch"):
        with pytest.raises(runs.NotPossible, match="deleted"):
            runs.process(transcript, from_step=step)
    Transcript.objects.filter(pk=transcript.pk).update(audio_deleted=None)
    assert "fetch" in {step.name for step in runs.process(transcript).steps.filter(carried=False)}


def test_a_link_that_died_does_not_lock_up_the_recording_that_is_here(
    imported: Callable[..., Transcript], web: WebPeer, drain: Drain
) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)), whole=True)
    web.fail("/talk.wav", 404)
    runs.process(transcript, from_step="fetch")
    drain()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ERROR
    runs.process(transcript, from_step="read")
    drain()
    transcript.refresh_from_db()
    assert (transcript.status, transcript.error) == (TranscriptStatus.ENDED, "")
    assert len(web.asked("/talk.wav")) == 3


def test_an_upload_instead_leaves_nothing_of_the_jobs_before_it(
    imported: Callable[..., Transcript], web: WebPeer
) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)), whole=True)
    old = job_events.stream_of(transcript.runs.get().pk)
    assert Event.objects.filter(stream=old).exists()
    intake.receive_file(transcript, io.BytesIO(media.wav(3)))
    assert not Stream.objects.filter(key=old).exists()
    transcript.refresh_from_db()
    assert (transcript.source_url, transcript.runs.get().plan) == ("", "file")

"""Deleting: the row, all that hangs on it, and every copy of the audio; the proof stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consent import vault
from consent.models import AudioKind, AudioObject
from reflector_site.events.models import Event, Stream
from transcripts.domain.delete import delete_transcript
from transcripts.domain.results import save_title
from transcripts.models import Topic, Transcript, Upload, UploadChunk, Utterance

pytestmark = pytest.mark.django_db

Commit = Callable[..., Any]


def store(transcript: Transcript, kind: AudioKind, *, adopted: bool = True) -> AudioObject:
    audio = vault.store(
        iter([b"sound"]),
        kind=kind,
        transcript_id=transcript.pk,
        extension="bin",
        media_type="audio/any",
        origin="test",
    )
    if adopted:
        vault.adopt(audio)
    return audio


def test_every_copy_of_the_audio_is_erased_and_proved(
    transcript: Transcript, stored_files: Callable[[], list[str]], django_capture_on_commit_callbacks: Commit
) -> None:
    for kind in AudioKind:
        store(transcript, kind)
    store(transcript, AudioKind.ENGINE, adopted=False)
    upload = Upload.objects.create(transcript=transcript, total_chunks=2)
    UploadChunk.objects.create(upload=upload, number=0, audio=AudioObject.objects.get(kind=AudioKind.CHUNK))
    assert len(stored_files()) == 6
    with django_capture_on_commit_callbacks(execute=True):
        delete_transcript(transcript)
    assert stored_files() == []
    assert AudioObject.objects.filter(transcript_id=transcript.pk, verified_at__isnull=False).count() == 6


def test_nothing_of_it_is_left(transcript: Transcript, say: Callable[..., Topic], named: Callable[..., Any]) -> None:
    say(transcript, (0, "hello"))
    named(transcript, 0, "Anna")
    save_title(transcript, "Weekly")
    stream = transcript.stream_key
    delete_transcript(transcript)
    assert not Transcript.objects.exists()
    assert not Topic.objects.exists()
    assert not Utterance.objects.exists()
    assert not Stream.objects.filter(key=stream).exists()
    assert not Event.objects.filter(stream_id=stream).exists()


def test_its_owner_is_told_once(transcript: Transcript) -> None:
    again = Transcript.objects.get(pk=transcript.pk)
    delete_transcript(transcript)
    delete_transcript(again)
    told = Event.objects.filter(name="TRANSCRIPT_DELETED")
    assert [(event.stream_id, event.data) for event in told] == [(f"user:{again.user_id}", {"id": str(again.pk)})]


def test_others_keep_theirs(
    transcript: Transcript,
    new_transcript: Callable[..., Transcript],
    stored_files: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Commit,
) -> None:
    other = new_transcript()
    kept = store(other, AudioKind.UPLOAD)
    store(transcript, AudioKind.UPLOAD)
    with django_capture_on_commit_callbacks(execute=True):
        delete_transcript(transcript)
    assert stored_files() == [kept.key]
    assert list(Transcript.objects.all()) == [other]


def test_what_is_rolled_back_erases_nothing(transcript: Transcript, stored_files: Callable[[], list[str]]) -> None:
    """The audio goes when the deletion is committed, not before."""
    store(transcript, AudioKind.UPLOAD)
    delete_transcript(transcript)
    assert len(stored_files()) == 1

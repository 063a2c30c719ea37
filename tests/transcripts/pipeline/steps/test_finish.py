"""The end keeps the upload and the newest playback, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from consent import vault
from consent.models import AudioKind, AudioObject
from transcripts.models import Run
from transcripts.pipeline.steps import finish

pytestmark = pytest.mark.django_db

Until = Callable[[str], Run]


def add(transcript_id: uuid.UUID, kind: AudioKind) -> AudioObject:
    audio = vault.store(
        iter([b"sound"]),
        kind=kind,
        transcript_id=transcript_id,
        extension="bin",
        media_type="audio/any",
        origin="test",
    )
    vault.adopt(audio)
    return audio


def test_engine_audio_and_old_playback_go(run_until: Until) -> None:
    run = run_until("finish")
    newest = add(run.transcript_id, AudioKind.PLAYBACK)
    other = add(uuid.uuid4(), AudioKind.ENGINE)
    finish.save(run, [{}])
    live = AudioObject.objects.live()
    assert set(live.filter(transcript_id=run.transcript_id).values_list("kind", flat=True)) == {"upload", "playback"}
    assert vault.find(run.transcript_id, AudioKind.PLAYBACK) == newest
    assert other in live


def test_a_transcript_whose_audio_was_deleted_can_finish(run_until: Until) -> None:
    run = run_until("finish")
    AudioObject.objects.update(erase_wanted_at=run.created_at)
    finish.save(run, [{}])
    assert not AudioObject.objects.live().exists()

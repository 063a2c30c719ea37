"""Pieces become one file, once."""

from __future__ import annotations

import pytest

from consent import vault
from consent.models import AudioKind, AudioObject
from tests.transcripts.pipeline import canned
from transcripts.models import Run, Transcript
from transcripts.pipeline.steps import gather

pytestmark = pytest.mark.django_db


def test_a_whole_file_needs_no_gathering(transcript: Transcript) -> None:
    assert gather.parts(Run(transcript=canned.uploaded(transcript))) == []


def test_pieces_are_gathered_by_one_part(transcript: Transcript) -> None:
    assert gather.parts(Run(transcript=canned.in_pieces(transcript))) == [{}]


def test_pieces_go_when_the_whole_is_kept(transcript: Transcript) -> None:
    canned.in_pieces(transcript)
    whole = vault.store(
        iter([b"two pieces"]),
        kind=AudioKind.UPLOAD,
        transcript_id=transcript.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin="part:1:1",
    )
    run = Run(transcript=transcript)
    gather.save(run, [{"audio": str(whole.pk)}])
    assert list(AudioObject.objects.live().filter(transcript_id=transcript.pk)) == [whole]
    assert gather.parts(run) == []

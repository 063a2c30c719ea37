"""Audio that lies on S3 is served as audio on a disk is: whole, in part, by its headers, or not at all."""

from __future__ import annotations

import io

import pytest
from rest_framework.test import APIClient

from consent import vault
from consent.models import AudioKind
from transcripts.models import Transcript

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def mp3(bucket: object, transcript: Transcript) -> str:
    audio = vault.store(
        io.BytesIO(CONTENT),
        kind=AudioKind.PLAYBACK,
        transcript_id=transcript.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin="test",
    )
    vault.adopt(audio)
    return f"/v1/transcripts/{transcript.pk}/audio/mp3"


def test_whole(owners: APIClient, transcript: Transcript, mp3: str) -> None:
    answer = owners.get(mp3)
    assert (answer.status_code, b"".join(answer)) == (200, CONTENT)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"] == f"attachment; filename=recording_{str(transcript.pk)[:8]}.mp3"


def test_head(owners: APIClient, mp3: str) -> None:
    answer = owners.head(mp3)
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(CONTENT)), b"")


def test_the_first_hundred_and_one_bytes(owners: APIClient, mp3: str) -> None:
    answer = owners.get(mp3, headers={"Range": "bytes=0-100"})
    assert (answer.status_code, b"".join(answer)) == (206, CONTENT[:101])
    assert (answer["Content-Range"], answer["Content-Length"]) == (f"bytes 0-100/{len(CONTENT)}", "101")


def test_an_open_range(owners: APIClient, mp3: str) -> None:
    answer = owners.get(mp3, headers={"Range": "bytes=10000-"})
    assert (answer.status_code, b"".join(answer)) == (206, CONTENT[10_000:])


def test_outside(owners: APIClient, mp3: str) -> None:
    answer = owners.get(mp3, headers={"Range": f"bytes={len(CONTENT)}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")


@pytest.mark.parametrize("method", ["get", "head"])
def test_what_was_deleted_is_not_asked_of_the_storage(
    owners: APIClient, transcript: Transcript, mp3: str, method: str
) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(audio_deleted=True)
    answer = getattr(owners, method)(mp3)
    assert answer.status_code == 404
    if method == "get":
        assert answer.json() == {"detail": "Audio unavailable due to privacy settings"}


def test_what_the_storage_has_lost(owners: APIClient, mp3: str, bucket: object) -> None:
    bucket.objects.all().delete()  # type: ignore[attr-defined]
    answer = owners.get(mp3)
    assert (answer.status_code, answer.json()) == (404, {"detail": "The audio is not in the storage any more."})

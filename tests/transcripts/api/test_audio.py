"""GET and HEAD /v1/transcripts/{id}/audio/mp3, and the waveform."""

from __future__ import annotations

import io

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from rest_framework.test import APIClient

from accounts.domain import create_api_key
from consent import vault
from consent.models import AudioKind, AudioObject
from transcripts.enums import ShareMode
from transcripts.models import Transcript


def playback(transcript: Transcript, content: bytes = b"0123456789") -> AudioObject:
    audio = vault.store(
        io.BytesIO(content),
        kind=AudioKind.PLAYBACK,
        transcript_id=transcript.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin="test",
    )
    vault.adopt(audio)
    return audio


@pytest.fixture
def mp3(transcript: Transcript) -> str:
    playback(transcript)
    return f"/v1/transcripts/{transcript.pk}/audio/mp3"


def test_the_whole(owners: APIClient, transcript: Transcript, mp3: str) -> None:
    answer = owners.get(mp3)
    assert (answer.status_code, b"".join(answer)) == (200, b"0123456789")
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Content-Length"] == "10"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"] == f"attachment; filename=recording_{str(transcript.pk)[:8]}.mp3"


@pytest.mark.parametrize(
    ("asked", "sent", "content_range"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=6-", b"6789", "bytes 6-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=9-9", b"9", "bytes 9-9/10"),
    ],
)
def test_a_part(owners: APIClient, mp3: str, asked: str, sent: bytes, content_range: str) -> None:
    answer = owners.get(mp3, headers={"Range": asked})
    assert (answer.status_code, b"".join(answer), answer["Content-Range"]) == (206, sent, content_range)


def test_outside(owners: APIClient, mp3: str) -> None:
    answer = owners.get(mp3, headers={"Range": "bytes=10-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */10")


def test_several_parts_at_once_become_the_whole(owners: APIClient, mp3: str) -> None:
    answer = owners.get(mp3, headers={"Range": "bytes=0-1,4-5"})
    assert (answer.status_code, b"".join(answer)) == (200, b"0123456789")


def test_head(owners: APIClient, mp3: str) -> None:
    answer = owners.head(mp3)
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, "10", b"")


def test_a_player_that_accepts_audio_alone(owners: APIClient, transcript: Transcript, mp3: str) -> None:
    assert owners.get(mp3, headers={"Accept": "audio/*"}).status_code == 200
    Transcript.objects.filter(pk=transcript.pk).update(audio_deleted=True)
    assert owners.get(mp3, headers={"Accept": "audio/*"}).json()["detail"]


def test_a_reader_may_listen(strangers: APIClient, transcript: Transcript, mp3: str) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(share_mode=ShareMode.SEMI_PRIVATE)
    assert strangers.get(mp3).status_code == 200


@pytest.mark.django_db(transaction=True)
async def test_a_long_recording_under_asgi(transcript: Transcript) -> None:
    content = bytes(range(256)) * 10_000
    await sync_to_async(playback)(transcript, content)
    _, key = await sync_to_async(create_api_key)(user=transcript.user)
    address = f"/v1/transcripts/{transcript.pk}/audio/mp3"
    answer = await AsyncClient().get(address, headers={"X-API-Key": key, "Range": "bytes=100-"})
    assert (answer.status_code, answer.is_async) == (206, True)
    assert b"".join([block async for block in answer]) == content[100:]


def test_not_made_yet(owners: APIClient, transcript: Transcript) -> None:
    answer = owners.get(f"/v1/transcripts/{transcript.pk}/audio/mp3")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Audio file not found"})


def test_deleted_because_somebody_denied(owners: APIClient, transcript: Transcript, mp3: str) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(audio_deleted=True)
    answer = owners.get(mp3)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Audio unavailable due to privacy settings"})


def test_lost_by_the_storage(owners: APIClient, transcript: Transcript, mp3: str) -> None:
    vault.storage().delete(AudioObject.objects.get().key)
    answer = owners.get(mp3)
    assert (answer.status_code, answer.json()) == (404, {"detail": "The audio is not in the storage any more."})


# --- waveform


def test_waveform(owners: APIClient, transcript: Transcript) -> None:
    address = f"/v1/transcripts/{transcript.pk}/audio/waveform"
    answer = owners.get(address)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Audio not found"})
    Transcript.objects.filter(pk=transcript.pk).update(waveform=[0.0, 0.5, 1.0])
    assert owners.get(address).json() == {"data": [0.0, 0.5, 1.0]}


@pytest.mark.parametrize("stored", ["broken", {"data": 1}, [0.5, "x", None], [], 7])
def test_a_waveform_that_is_corrupt_is_not_found(owners: APIClient, transcript: Transcript, stored: object) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(waveform=stored)
    answer = owners.get(f"/v1/transcripts/{transcript.pk}/audio/waveform")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Audio not found"})

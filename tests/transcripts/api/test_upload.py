"""POST, GET and DELETE /v1/transcripts/{id}/record/upload."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import User
from consent import vault
from consent.models import AudioKind, AudioObject
from tests import media
from tests.conftest import client_of
from transcripts.enums import RunState, SourceKind, TranscriptStatus
from transcripts.models import Part, Run, Transcript, Upload
from transcripts.pipeline import intake

Files = Callable[[], list[str]]
pytestmark = pytest.mark.django_db(transaction=True)  # erasure happens after commit

OK = {"status": "ok"}


def address(transcript: Transcript) -> str:
    return f"/v1/transcripts/{transcript.pk}/record/upload"


def send(
    client: APIClient, transcript: Transcript, content: bytes, number: object = 0, total: object = 1, name: str = "blob"
) -> Response:
    query = f"?chunk_number={number}&total_chunks={total}"
    return client.post(address(transcript) + query, {"chunk": SimpleUploadedFile(name, content)}, format="multipart")


def pieces(content: bytes, count: int) -> list[bytes]:
    size = -(-len(content) // count)
    return [content[start : start + size] for start in range(0, len(content), size)]


def assert_taken(transcript: Transcript, content: bytes, stored_files: Files, *, count: int = 1) -> None:
    """The file is in the vault, alone, whole or in as many pieces as it came in, and exactly one run works on it."""
    live = list(AudioObject.objects.live().order_by("uploadchunk__number"))
    assert b"".join(block for audio in live for block in vault.stream(audio)) == content
    assert [audio.kind for audio in live] == ([AudioKind.UPLOAD] if count == 1 else [AudioKind.CHUNK] * count)
    assert len(stored_files()) == count
    assert Run.objects.get().state == RunState.ACTIVE
    transcript.refresh_from_db()
    assert (transcript.status, transcript.source_kind) == (TranscriptStatus.UPLOADED, SourceKind.FILE)


def assert_nothing_is_left(transcript: Transcript, stored_files: Files) -> None:
    assert stored_files() == []
    assert not AudioObject.objects.live().exists()
    assert not AudioObject.objects.filter(verified_at=None).exists()
    assert not Run.objects.exists()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.IDLE


# --- what is taken


def test_in_one_piece(owners: APIClient, transcript: Transcript, stored_files: Files) -> None:
    content = media.wav()
    answer = send(owners, transcript, content)
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "received": [0], "total_chunks": 1, "complete": True},
    )
    assert_taken(transcript, content, stored_files)
    assert Part.objects.get().rung_at is not None  # a worker has been told


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 0, 1, 0, 2]])
def test_in_pieces_in_any_order_and_twice(
    owners: APIClient, transcript: Transcript, order: list[int], stored_files: Files
) -> None:
    content = media.wav()
    parts = pieces(content, 3)
    answers = [send(owners, transcript, parts[number], number, 3).json() for number in order]
    assert [answer["complete"] for answer in answers] == [False] * (len(order) - 1) + [True]
    assert answers[-1]["received"] == [0, 1, 2]
    assert_taken(transcript, content, stored_files, count=3)


def test_a_broken_piece_can_be_sent_again(owners: APIClient, transcript: Transcript, stored_files: Files) -> None:
    content = media.wav()
    first, second = pieces(content, 2)
    send(owners, transcript, b"broken", 0, 2)
    send(owners, transcript, first, 0, 2)
    assert send(owners, transcript, second, 1, 2).json()["complete"]
    assert_taken(transcript, content, stored_files, count=2)


def test_a_reload_goes_on_where_it_stopped(owners: APIClient, transcript: Transcript) -> None:
    assert owners.get(address(transcript)).json() == {"total_chunks": None, "received": [], "missing": []}
    parts = pieces(media.wav(), 4)
    send(owners, transcript, parts[2], 2, 4)
    send(owners, transcript, parts[0], 0, 4)
    assert owners.get(address(transcript)).json() == {"total_chunks": 4, "received": [0, 2], "missing": [1, 3]}
    for number in (1, 3):
        answer = send(owners, transcript, parts[number], number, 4)
    assert answer.json()["complete"]
    assert owners.get(address(transcript)).json() == {"total_chunks": None, "received": [], "missing": []}


@pytest.mark.parametrize("media_type", ["application/octet-stream", "audio/wav", "video/mp4"])
def test_the_body_may_be_the_piece_itself(
    owners: APIClient, transcript: Transcript, stored_files: Files, media_type: str
) -> None:
    content = media.wav()
    query = "?chunk_number=0&total_chunks=1"
    answer = owners.post(address(transcript) + query, content, content_type=media_type)
    assert answer.json()["complete"]
    assert_taken(transcript, content, stored_files)


@pytest.mark.parametrize("make", [media.wav, media.m4a])
def test_the_type_comes_from_the_content(owners: APIClient, transcript: Transcript, make: Callable[[], bytes]) -> None:
    assert send(owners, transcript, make(), name="holiday.jpg").status_code == 200
    audio = AudioObject.objects.live().get()
    assert audio.media_type == {media.wav: "audio/wav", media.m4a: "audio/mp4"}[make]


def test_two_requests_bring_the_last_piece_at_once(owner: User, transcript: Transcript, stored_files: Files) -> None:
    content = media.wav(20)
    first, last = pieces(content, 2)
    send(client_of(owner), transcript, first, 0, 2)
    barrier = threading.Barrier(2)
    statuses: list[int] = []

    def bring() -> None:
        barrier.wait()
        statuses.append(send(client_of(owner), transcript, last, 1, 2).status_code)
        connection.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200, 200]
    assert_taken(transcript, content, stored_files, count=2)


def test_the_other_request_is_done_before_this_one_has_looked_for_the_upload(
    owner: User, transcript: Transcript, stored_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = media.wav(20)
    first, last = pieces(content, 2)
    send(client_of(owner), transcript, first, 0, 2)
    look = intake._finished_with
    others: list[int] = []

    def look_too_early(*arguments: Any) -> Run | None:
        found = look(*arguments)
        if not others:
            others.append(0)
            others[0] = send(client_of(owner), transcript, last, 1, 2).status_code
        return found

    monkeypatch.setattr(intake, "_finished_with", look_too_early)
    assert send(client_of(owner), transcript, last, 1, 2).status_code == 200
    assert others == [200]
    assert_taken(transcript, content, stored_files, count=2)


def test_two_requests_bring_different_pieces_at_once(owner: User, transcript: Transcript, stored_files: Files) -> None:
    content = media.wav(20)
    parts = pieces(content, 2)
    barrier = threading.Barrier(2)
    answers: list[dict[str, Any]] = []

    def bring(number: int) -> None:
        barrier.wait()
        answers.append(send(client_of(owner), transcript, parts[number], number, 2).json())
        connection.close()

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert any(answer.get("complete") for answer in answers), answers
    assert_taken(transcript, content, stored_files, count=2)


def test_a_new_file_takes_the_place_of_the_old(owners: APIClient, transcript: Transcript, stored_files: Files) -> None:
    send(owners, transcript, media.wav(1))
    assert owners.post(f"/v1/transcripts/{transcript.pk}/cancel").json() == OK
    content = media.wav(2)
    assert send(owners, transcript, content).json()["complete"]
    assert_taken(transcript, content, stored_files)


def test_the_last_piece_again_because_the_answer_got_lost(
    owners: APIClient, transcript: Transcript, stored_files: Files
) -> None:
    content = media.wav()
    first, last = pieces(content, 2)
    send(owners, transcript, first, 0, 2)
    answers = [send(owners, transcript, last, 1, 2).json() for _ in range(2)]
    assert answers[0] == answers[1] == {"status": "ok", "received": [0, 1], "total_chunks": 2, "complete": True}
    assert_taken(transcript, content, stored_files, count=2)


# --- giving up


def test_an_upload_that_nobody_goes_on_with_is_given_up(
    owners: APIClient, transcript: Transcript, stored_files: Files, settings: LazySettings
) -> None:
    send(owners, transcript, b"abc", 0, 3)
    assert intake.sweep() == 0
    settings.UPLOAD_PATIENCE = 0
    assert intake.sweep() == 1
    assert_nothing_is_left(transcript, stored_files)


def test_giving_up_forgets_the_pieces(owners: APIClient, transcript: Transcript, stored_files: Files) -> None:
    send(owners, transcript, b"abc", 0, 3)
    assert owners.delete(address(transcript)).json() == OK
    assert_nothing_is_left(transcript, stored_files)
    assert owners.delete(address(transcript)).json() == {"status": "no upload"}
    assert send(owners, transcript, media.wav()).json()["complete"]


# --- what is refused


@pytest.mark.parametrize(
    ("number", "total", "sentence"),
    [
        (0, 0, "total_chunks must be between 1 and 100000."),
        (0, -1, "total_chunks must be between 1 and 100000."),
        (0, 100_001, "total_chunks must be between 1 and 100000."),
        (2, 2, "chunk_number must be between 0 and 1: it counts from 0 up to total_chunks - 1."),
        (-1, 2, "chunk_number must be between 0 and 1: it counts from 0 up to total_chunks - 1."),
    ],
)
def test_wrong_counts(
    owners: APIClient, transcript: Transcript, stored_files: Files, number: int, total: int, sentence: str
) -> None:
    answer = send(owners, transcript, b"abc", number, total)
    assert (answer.status_code, answer.json()) == (400, {"detail": sentence})
    assert_nothing_is_left(transcript, stored_files)


def test_numbers_that_are_none(owners: APIClient, transcript: Transcript, stored_files: Files) -> None:
    answer = send(owners, transcript, b"abc", "first", "1.5")
    assert answer.status_code == 422
    assert {problem["loc"][1]: problem["msg"] for problem in answer.json()["detail"]} == {
        "chunk_number": "chunk_number must be a whole number: it counts the pieces from 0.",
        "total_chunks": "total_chunks must be a whole number: how many pieces the file has.",
    }
    assert owners.post(address(transcript)).status_code == 422
    assert_nothing_is_left(transcript, stored_files)


def test_another_count_in_the_middle(owners: APIClient, transcript: Transcript) -> None:
    send(owners, transcript, b"abc", 0, 3)
    answer = send(owners, transcript, b"abc", 1, 4)
    assert answer.status_code == 400
    assert answer.json() == {"detail": "There is already an upload in progress"}
    assert owners.get(address(transcript)).json()["received"] == [0]


def test_no_piece(owners: APIClient, transcript: Transcript, stored_files: Files) -> None:
    query = "?chunk_number=0&total_chunks=1"
    sentence = 'Send the piece as the file "chunk" of a multipart form, or as the body itself.'
    for body in ({}, {"file": SimpleUploadedFile("a", b"abc")}, {"chunk": "abc"}):
        answer = owners.post(address(transcript) + query, body, format="multipart")
        assert (answer.status_code, answer.json()) == (400, {"detail": sentence})
    answer = owners.post(address(transcript) + query, {"chunk": "abc"}, format="json")
    assert answer.status_code == 415
    assert_nothing_is_left(transcript, stored_files)


def test_an_empty_piece(owners: APIClient, transcript: Transcript, stored_files: Files) -> None:
    answer = send(owners, transcript, b"", 0, 2)
    assert (answer.status_code, answer.json()) == (400, {"detail": "The piece is empty. Send it again."})
    assert_nothing_is_left(transcript, stored_files)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"Dear Sir or Madam, " * 100, "This is not an audio or video file that we know."),
        (media.silent_video(), "File has no audio stream"),
        (media.m4a(3)[:-300], "The file is cut short: its index, which is written when a recording ends, is missing."),
        (media.wav()[:20], "The file is cut short or damaged"),
    ],
    ids=["empty", "text", "video without sound", "truncated mp4", "truncated wav"],
)
def test_what_has_no_sound_is_refused_and_another_file_is_taken(
    owners: APIClient, transcript: Transcript, stored_files: Files, content: bytes, sentence: str
) -> None:
    answer = send(owners, transcript, content, name="meeting.mp3")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(sentence)
    assert_nothing_is_left(transcript, stored_files)
    assert not Upload.objects.exists()
    assert send(owners, transcript, media.wav()).json()["complete"]


def test_too_large_in_one_piece(
    owners: APIClient, transcript: Transcript, settings: LazySettings, stored_files: Files
) -> None:
    settings.MAX_UPLOAD_SIZE = 10_000
    answer = send(owners, transcript, bytes(10_001))
    assert answer.status_code == 413
    assert "MAX_UPLOAD_SIZE" in answer.json()["detail"]
    assert_nothing_is_left(transcript, stored_files)


def test_too_large_in_pieces(
    owners: APIClient, transcript: Transcript, settings: LazySettings, stored_files: Files
) -> None:
    settings.MAX_UPLOAD_SIZE = 10_000
    assert send(owners, transcript, bytes(6000), 0, 3).status_code == 200
    assert send(owners, transcript, bytes(6000), 1, 3).status_code == 413
    assert owners.get(address(transcript)).json()["received"] == [0]
    assert len(stored_files()) == 1
    owners.delete(address(transcript))
    assert_nothing_is_left(transcript, stored_files)


def test_a_full_storage(
    owners: APIClient, transcript: Transcript, settings: LazySettings, audio_dir: Path, stored_files: Files
) -> None:
    working = settings.STORAGES
    full = {"BACKEND": "tests.storages.Full", "OPTIONS": {"location": audio_dir}}
    settings.STORAGES = {**working, "audio": full}
    answer = send(owners, transcript, media.wav())
    assert answer.status_code == 507
    assert answer.json()["detail"].startswith("The storage is full")
    assert_nothing_is_left(transcript, stored_files)
    settings.STORAGES = working
    assert send(owners, transcript, media.wav()).json()["complete"]


def test_a_locked_transcript(owners: APIClient, new_transcript: Callable[..., Transcript]) -> None:
    answer = send(owners, new_transcript(locked=True), media.wav())
    assert (answer.status_code, answer.json()) == (400, {"detail": "Transcript is locked"})


def test_while_it_is_processed(owners: APIClient, transcript: Transcript, stored_files: Files) -> None:
    content = media.wav()
    send(owners, transcript, content)
    answer = send(owners, transcript, media.wav(2))
    assert answer.status_code == 409
    assert_taken(transcript, content, stored_files)


def test_a_piece_for_another_is_not_even_read(
    strangers: APIClient, transcript: Transcript, stored_files: Files
) -> None:
    answer = send(strangers, transcript, media.wav())
    assert (answer.status_code, answer.json()) == (403, {"detail": "Transcript access denied"})
    assert_nothing_is_left(transcript, stored_files)

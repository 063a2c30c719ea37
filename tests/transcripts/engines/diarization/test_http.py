import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.peers.gpu_diarize import KEY, GpuDiarizePeer
from tests.peers.openai_audio import duration
from tests.peers.server import Peer, Reply
from tests.transcripts.engines.sounds import clip_of, silence
from transcripts.engines.base import Clip, Never, SpeakerTurn, TryAgain
from transcripts.engines.diarization.http import GpuDiarizer
from transcripts.engines.wav import as_wav

TURNS = [SpeakerTurn(10.0, 11.0, 0), SpeakerTurn(11.0, 12.0, 1), SpeakerTurn(12.0, 13.0, 0)]


@pytest.fixture
def peer() -> Iterator[GpuDiarizePeer]:
    with GpuDiarizePeer() as server:
        yield server


@pytest.fixture
def clip(tmp_path: Path) -> Iterator[Clip]:
    """Seconds 10 to 13 of a recording, and the address of a file that holds just these."""
    with Peer(lambda _: Reply(body=as_wav(silence(3)))) as storage:
        yield replace(clip_of(silence(20), tmp_path), start=10.0, end=13.0, url=f"{storage.url}/piece.wav")


def diarize(url: str, clip: Clip, **options: Any) -> list[SpeakerTurn]:
    return GpuDiarizer({"url": url, "key": KEY, **options}).diarize(clip, progress=lambda *_: None)


def answered(clip: Clip, document: object, status: int = 200) -> list[SpeakerTurn]:
    """What the engine makes of a server that always says this."""
    with Peer(lambda _: Reply.of(document, status)) as server:
        return diarize(server.url, clip)


def said(*turns: tuple[float, float, object]) -> dict[str, object]:
    return {"diarization": [{"start": start, "end": end, "speaker": speaker} for start, end, speaker in turns]}


def test_turns_get_the_times_of_the_recording_and_numbers_by_first_appearance(peer: GpuDiarizePeer, clip: Clip) -> None:
    assert diarize(peer.url, clip) == TURNS


def test_the_service_is_told_where_and_from_when(peer: GpuDiarizePeer, clip: Clip) -> None:
    diarize(peer.url, clip)
    (request,) = peer.requests
    assert (request.method, request.path, request.body) == ("POST", "/diarize", b"")
    assert request.query == {"audio_file_url": clip.url, "timestamp": "10.0"}


def test_an_upload_is_the_piece(peer: GpuDiarizePeer, clip: Clip) -> None:
    assert diarize(f"{peer.url}/diarize", replace(clip, url=None), mode="upload") == TURNS
    assert duration(peer.requests[0].form["file"][0]) == 3.0
    assert peer.requests[0].query == {"timestamp": "10.0"}


def test_turns_in_any_order_are_put_in_order_and_may_overlap(clip: Clip) -> None:
    heard = answered(clip, said((11.5, 12.5, "B"), (11, 12, "A"), (10, 11, "A"), (12.9, 13.4, "B"), (11, 11, "C")))
    assert heard == [SpeakerTurn(10.0, 12.0, 0), SpeakerTurn(11.5, 12.5, 1), SpeakerTurn(12.9, 13.0, 1)]


def test_nobody_spoke(clip: Clip) -> None:
    assert answered(clip, said()) == []


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_passes_is_tried_again(clip: Clip, status: int) -> None:
    with pytest.raises(TryAgain, match=rf"busy or broken \({status}: out of memory\)"):
        answered(clip, {"detail": "out of memory"}, status)


@pytest.mark.parametrize(
    ("status", "words"), [(400, "refused the request"), (404, "Check the address"), (422, "refused the request")]
)
def test_other_refusals_are_final(clip: Clip, status: int, words: str) -> None:
    with pytest.raises(Never, match=words):
        answered(clip, {"detail": "no"}, status)


def test_a_wrong_key_is_final(peer: GpuDiarizePeer, clip: Clip) -> None:
    with pytest.raises(Never, match=r"Invalid API key.*Check the key"):
        diarize(peer.url, clip, key="wrong")


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"diarization": "yes"},
        {"diarization": [{"start": "soon", "end": 2, "speaker": 0}]},
        {"diarization": [{"start": 10, "speaker": 0}]},
        {"diarization": [{"start": float("nan"), "end": 12, "speaker": 0}]},
    ],
)
def test_nonsense_is_tried_again(clip: Clip, document: object) -> None:
    with pytest.raises(TryAgain, match="makes no sense"):
        answered(clip, document)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"diarization": ['])
def test_what_is_not_json_is_tried_again(clip: Clip, body: bytes) -> None:
    with Peer(lambda _: Reply(body=body)) as server, pytest.raises(TryAgain, match="makes no sense"):
        diarize(server.url, clip)


@pytest.mark.parametrize("turn", [(0.0, 2.0, 0), (11.0, 60.0, 0), (12.5, 10.5, 0)])
def test_turns_of_another_piece_are_tried_again(clip: Clip, turn: tuple[float, float, int]) -> None:
    with pytest.raises(TryAgain, match="outside of the piece"):
        answered(clip, said(turn))


def test_an_answer_cut_short_is_tried_again(clip: Clip) -> None:
    with (
        Peer(lambda _: Reply(body=b'{"diarization": []}' + b" " * 100, cut_after=10)) as server,
        pytest.raises(TryAgain, match="cannot be reached"),
    ):
        diarize(server.url, clip)


def test_a_service_that_does_not_answer_is_tried_again(clip: Clip) -> None:
    def slow(_: object) -> Reply:
        time.sleep(1)
        return Reply.of(said())

    with Peer(slow) as server, pytest.raises(TryAgain, match=r"did not answer within 0\.2 seconds"):
        diarize(server.url, clip, timeout=0.2)


def test_a_service_that_is_not_there_is_tried_again(clip: Clip) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(TryAgain, match="cannot be reached"):
            diarize(f"http://127.0.0.1:{unused.getsockname()[1]}", clip)


def test_without_an_address_of_the_audio_it_cannot_work(peer: GpuDiarizePeer, clip: Clip) -> None:
    with pytest.raises(Never, match="set the mode of the service to upload"):
        diarize(peer.url, replace(clip, url=None))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "No address of a speaker service is set"),
        ({"url": "speakers.example"}, "not a web address"),
        ({"url": "http://"}, "not a web address"),
        ({"url": "http://localhost:8000", "mode": "mail"}, "set it to url or upload"),
    ],
)
def test_unavailable_says_what_to_set(options: dict[str, str], words: str) -> None:
    assert words in (GpuDiarizer.unavailable(options) or "")


def test_available_and_who_it_is() -> None:
    options = {"url": "http://localhost:8000/"}
    assert GpuDiarizer.unavailable(options) is None
    assert "localhost" not in str(GpuDiarizer(options).info())  # readers of the transcript see who it is

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.peers.gpu_audio import FROM_URL, KEY, UPLOAD, GpuAudioPeer
from tests.peers.openai_audio import duration
from tests.peers.server import Peer, Reply
from tests.transcripts.engines.sounds import clip_of, silence
from transcripts.engines.base import Clip, Never, Transcription, TryAgain
from transcripts.engines.transcription.gpu import GpuTranscriber
from transcripts.engines.wav import as_wav


@pytest.fixture
def peer() -> Iterator[GpuAudioPeer]:
    with GpuAudioPeer() as server:
        yield server


@pytest.fixture
def clip(tmp_path: Path) -> Iterator[Clip]:
    """Seconds 10 to 12 of a recording, and the address of a file that holds just these."""
    with Peer(lambda _: Reply(body=as_wav(silence(2)))) as storage:
        yield replace(clip_of(silence(20), tmp_path), start=10.0, end=12.0, url=f"{storage.url}/piece.wav")


def transcribe(peer: GpuAudioPeer, clip: Clip, *, language: str | None = "en", **options: Any) -> Transcription:
    engine = GpuTranscriber({"url": peer.url, "key": KEY, **options})
    return engine.transcribe(clip, language=language, progress=lambda *_: None)


@pytest.mark.parametrize("mode", ["upload", "url"])
def test_words_get_the_times_of_the_recording(peer: GpuAudioPeer, clip: Clip, mode: str) -> None:
    heard = transcribe(peer, clip, mode=mode)
    assert "".join(word.text for word in heard.words) == " The price is fine."
    assert [word.start for word in heard.words] == [10.0, 10.5, 11.0, 11.5]
    assert heard.language == "en"


def test_an_upload_is_the_piece(peer: GpuAudioPeer, clip: Clip) -> None:
    transcribe(peer, clip, model="parakeet")
    form = peer.requests[0].form
    assert peer.requests[0].path == UPLOAD
    assert duration(form.pop("file")[0]) == 2.0
    assert form == {"model": [b"parakeet"], "language": [b"en"], "batch": [b"false"]}


def test_by_url_the_service_is_told_where_and_from_when(peer: GpuAudioPeer, clip: Clip) -> None:
    transcribe(peer, clip, mode="url", language=None)
    assert peer.requests[0].path == FROM_URL
    assert peer.requests[0].json == {
        "audio_file_url": clip.url,
        "model": "whisper-1",
        "language": "en",
        "timestamp_offset": 10.0,
        "batch": True,
    }


def test_needs_a_url_in_that_mode_only(peer: GpuAudioPeer, clip: Clip) -> None:
    assert GpuTranscriber({"mode": "url"}).needs_url
    assert not GpuTranscriber({}).needs_url
    with pytest.raises(Never, match="needs an address for the audio"):
        transcribe(peer, replace(clip, url=None), mode="url")


def test_refusals(peer: GpuAudioPeer, clip: Clip) -> None:
    with pytest.raises(Never, match=r"Invalid API key.*Check the key"):
        transcribe(peer, clip, key="wrong")
    with pytest.raises(Never, match="only supports English"):
        transcribe(peer, clip, language="fr")


def test_times_without_the_offset_are_nonsense_that_is_tried_again(clip: Clip) -> None:
    answer = {"text": "Hello", "words": [{"word": "Hello", "start": 0.0, "end": 0.5}]}
    with Peer(lambda _: Reply.of(answer)) as forgetful, pytest.raises(TryAgain, match="outside of the piece"):
        GpuTranscriber({"url": forgetful.url, "mode": "url"}).transcribe(clip, language="en", progress=print)


def test_unavailable_says_what_to_set() -> None:
    assert GpuTranscriber.unavailable({"url": "https://gpu.example.org", "mode": "url"}) is None
    assert "TRANSCRIPT_URL" in str(GpuTranscriber.unavailable({"url": ""}))
    assert "TRANSCRIPT_GPU_MODE" in str(GpuTranscriber.unavailable({"url": "https://x.org", "mode": "fax"}))

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.peers.openai_audio import KEY, SCRIPT, OpenAIAudioPeer, duration
from tests.peers.server import Reply
from tests.transcripts.engines.sounds import clip_of, silence
from transcripts.engines.base import Clip, Never, Transcription, TryAgain
from transcripts.engines.process import EngineProcess
from transcripts.engines.registry import EngineSpec
from transcripts.engines.transcription.openai import OpenAITranscriber


@pytest.fixture
def peer() -> Iterator[OpenAIAudioPeer]:
    with OpenAIAudioPeer() as server:
        yield server


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    """Seconds 2 to 5 of a file of ten."""
    return replace(clip_of(silence(10), tmp_path), start=2.0, end=5.0)


def transcribe(peer: OpenAIAudioPeer, clip: Clip, *, language: str | None = None, **options: Any) -> Transcription:
    engine = OpenAITranscriber({"url": peer.url, "key": KEY, "timeout": 5, **options})
    return engine.transcribe(clip, language=language, progress=lambda *_: None)


def test_words_get_the_times_of_the_recording_and_their_punctuation_back(peer: OpenAIAudioPeer, clip: Clip) -> None:
    heard = transcribe(peer, clip)
    assert "".join(word.text for word in heard.words) == " The price is fine. Who tells"
    assert [(word.start, word.end) for word in heard.words][:2] == [(2.0, 2.4), (2.5, 2.9)]
    assert heard.language == "en"


def test_what_is_sent_is_the_piece_and_what_the_interface_asks_for(peer: OpenAIAudioPeer, clip: Clip) -> None:
    transcribe(peer, clip, language="de", model="large")
    form = peer.requests[0].form
    assert duration(form.pop("file")[0]) == 3.0
    assert form == {
        "model": [b"large"],
        "response_format": [b"verbose_json"],
        "language": [b"de"],
        "timestamp_granularities[]": [b"word", b"segment"],
    }


def test_through_a_child_process(peer: OpenAIAudioPeer, clip: Clip) -> None:
    process = EngineProcess(EngineSpec("transcription", "openai", {"url": f"{peer.url}/v1", "key": KEY}))
    heard = process.call("transcribe", checkpoint=lambda: None, clip=clip, language=None)
    assert len(heard.words) == 6
    process.kill()


def test_servers_that_time_only_segments_have_their_words_spread(peer: OpenAIAudioPeer, clip: Clip) -> None:
    peer.behaviour = "segments"
    heard = transcribe(peer, clip)
    assert [word.text.strip() for word in heard.words] == SCRIPT[:6]
    assert heard.words[0].start == 2.0
    assert heard.words[-1].end == 5.0
    assert all(word.start < word.end for word in heard.words)


def test_servers_that_time_nothing_have_their_words_spread_over_the_piece(peer: OpenAIAudioPeer, clip: Clip) -> None:
    peer.behaviour = "text"
    heard = transcribe(peer, clip, response_format="json")
    assert (heard.words[0].start, heard.words[-1].end) == (2.0, 5.0)
    assert "timestamp_granularities[]" not in peer.requests[0].form


def test_words_that_bring_their_own_spaces_keep_them(peer: OpenAIAudioPeer, clip: Clip) -> None:
    words = [{"word": "今", "start": 0, "end": 1}, {"word": "天", "start": 1, "end": 2, "probability": 0.5}]
    peer.behaviour = lambda _: Reply.of({"text": "今天", "language": "zh", "words": words})
    heard = transcribe(peer, clip)
    assert [(word.text, word.confidence) for word in heard.words] == [("今", None), ("天", 0.5)]
    assert heard.language == "zh"


def test_words_are_sorted_and_clamped_to_the_piece(peer: OpenAIAudioPeer, clip: Clip) -> None:
    words = [{"word": "b", "start": 2.5, "end": 3.4}, {"word": "a", "start": -0.2, "end": 0.5}]
    peer.behaviour = lambda _: Reply.of({"text": "a b", "words": words})
    assert [(word.start, word.end) for word in transcribe(peer, clip).words] == [(2.0, 2.5), (4.5, 5.0)]


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("broken", r"busy or broken \(500: The server had an error\.\)"),
        ("busy", r"busy or broken \(429"),
        ("page", "an answer that makes no sense"),
        ("list", "an answer that makes no sense"),
        ("no_text", "text: Field required"),
        ("bad_types", r"words\.0\.start"),
        ("not_a_number", r"words\.0\.start"),
        ("elsewhere", "outside of the piece"),
        ("backwards", "outside of the piece"),
        ("cut", "cannot be reached"),
        ("endless", "more than 32 MB"),
    ],
)
def test_what_may_pass_is_tried_again(peer: OpenAIAudioPeer, clip: Clip, behaviour: str, message: str) -> None:
    peer.behaviour = behaviour
    with pytest.raises(TryAgain, match=message):
        transcribe(peer, clip)


def test_a_server_that_takes_too_long_is_tried_again(peer: OpenAIAudioPeer, clip: Clip) -> None:
    peer.behaviour = "slow"
    with pytest.raises(TryAgain, match=r"did not answer within 0\.3 seconds"):
        transcribe(peer, clip, timeout=0.3)


def test_a_server_that_is_not_there_is_tried_again(clip: Clip) -> None:
    with OpenAIAudioPeer() as gone:
        pass
    with pytest.raises(TryAgain, match="cannot be reached"):
        transcribe(gone, clip)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": "wrong"}, r"refused the key \(401: Incorrect API key provided\.\)\. Check the key"),
        ({"key": ""}, "refused the key"),
    ],
)
def test_a_wrong_key_is_never(peer: OpenAIAudioPeer, clip: Clip, options: dict[str, str], message: str) -> None:
    with pytest.raises(Never, match=message):
        transcribe(peer, clip, **options)


def test_a_refused_request_and_a_wrong_address_are_never(peer: OpenAIAudioPeer, clip: Clip) -> None:
    with pytest.raises(Never, match="There is no speech service at"):
        transcribe(peer, clip, url=f"{peer.url}/elsewhere")
    with pytest.raises(Never, match="not a web address"):
        transcribe(peer, clip, url="ftp://example.org")
    peer.behaviour = "refusing"
    with pytest.raises(Never, match="Unsupported language"):
        transcribe(peer, clip)


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/audio/transcriptions"])
def test_the_address_may_be_given_in_any_of_the_usual_ways(peer: OpenAIAudioPeer, clip: Clip, path: str) -> None:
    assert transcribe(peer, clip, url=peer.url + path).words


def test_unavailable_without_an_address() -> None:
    assert OpenAITranscriber.unavailable({"url": "http://localhost:1"}) is None
    assert "TRANSCRIPT_OPENAI_URL" in str(OpenAITranscriber.unavailable({}))
    assert "not a web address" in str(OpenAITranscriber.unavailable({"url": "localhost"}))

"""The engine against a real server on localhost: what is asked, what is believed, what is tried again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.peers.gpu_translate import KEY, GpuTranslatePeer
from transcripts.engines.base import EngineInfo, Line, Never, TryAgain
from transcripts.engines.process import EngineProcess
from transcripts.engines.registry import EngineSpec
from transcripts.engines.translation.http import LONGEST_TEXT, RETRIES, GpuTranslator

LINES = [Line("Ann", 0, 1, "Good morning."), Line("Bob", 1, 2, "Hello."), Line("Ann", 2, 3, "Let us begin.")]


@pytest.fixture
def peer() -> Iterator[GpuTranslatePeer]:
    with GpuTranslatePeer() as server:
        yield server


def engine(peer: GpuTranslatePeer, **options: Any) -> GpuTranslator:
    return GpuTranslator({"url": peer.url, "key": KEY, "timeout": 5, "retry_wait": 0, **options})


def translate(peer: GpuTranslatePeer, *wanted: int, target: str = "fr", **options: Any) -> list[str]:
    model = engine(peer, **options)
    return model.translate(LINES, wanted=wanted or (0,), source="en", target=target, progress=lambda *_: None)


def test_each_utterance_is_translated_by_itself_and_its_neighbours_are_not(peer: GpuTranslatePeer) -> None:
    assert translate(peer, 0, 2) == ["en:fr:Good morning.", "en:fr:Let us begin."]
    assert peer.texts == ["Good morning.", "Let us begin."]


@pytest.mark.parametrize("reads", ["body", "query"])
def test_the_languages_reach_services_that_read_the_body_and_those_that_read_the_query(reads: str) -> None:
    with GpuTranslatePeer(reads=reads) as peer:
        assert translate(peer, target="de") == ["en:de:Good morning."]
        (request,) = peer.requests
    assert request.query == {"text": "Good morning.", "source_language": "en", "target_language": "de"}
    assert request.json == {"source_language": "en", "target_language": "de"}


def test_progress_is_told_for_each_utterance(peer: GpuTranslatePeer) -> None:
    told: list[tuple[float, float]] = []
    engine(peer).translate(
        LINES, wanted=[0, 1], source="en", target="fr", progress=lambda done, total: told.append((done, total))
    )
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_long_utterance_is_asked_for_in_pieces_and_put_together(peer: GpuTranslatePeer) -> None:
    long = Line("Ann", 0, 60, "We talk about it. " * 100)
    (text,) = engine(peer).translate([long], wanted=[0], source="en", target="fr", progress=lambda *_: None)
    assert len(peer.requests) == 2
    assert all(len(asked) <= LONGEST_TEXT for asked in peer.texts)
    assert text.count("We talk about it.") == 100


def test_nothing_said_is_not_asked_about(peer: GpuTranslatePeer) -> None:
    silent = [Line("Ann", 0, 1, "  ")]
    assert engine(peer).translate(silent, wanted=[0], source="en", target="fr", progress=lambda *_: None) == [""]
    assert peer.requests == []


@pytest.mark.parametrize("behaviour", ["error_500", "rate_limited", "unavailable"])
def test_a_busy_service_is_asked_again_for_the_same_text(peer: GpuTranslatePeer, behaviour: str) -> None:
    peer.behaviour = [behaviour, behaviour, "good"]
    assert translate(peer, 0, 1) == ["en:fr:Good morning.", "en:fr:Hello."]
    assert len(peer.requests) == 4


def test_one_that_stays_busy_is_left_to_the_next_attempt(peer: GpuTranslatePeer) -> None:
    peer.behaviour = "error_500"
    with pytest.raises(TryAgain, match=r"busy or broken \(500: The GPU is busy\)"):
        translate(peer)
    assert len(peer.requests) == RETRIES + 1


def test_one_that_asks_for_much_time_is_not_waited_for(peer: GpuTranslatePeer) -> None:
    peer.behaviour, peer.retry_after = "rate_limited", "3600"
    with pytest.raises(TryAgain, match="429"):
        translate(peer)
    assert len(peer.requests) == 1


def test_a_date_in_retry_after_is_no_fault(peer: GpuTranslatePeer) -> None:
    peer.behaviour, peer.retry_after = ["rate_limited", "good"], "Fri, 27 Nov 2026 08:00:00 GMT"
    assert translate(peer) == ["en:fr:Good morning."]


@pytest.mark.parametrize("behaviour", ["refused", "invalid"])
def test_a_pair_that_is_refused_is_final(peer: GpuTranslatePeer, behaviour: str) -> None:
    peer.behaviour = behaviour
    with pytest.raises(Never, match="does not translate from 'en' into 'fr'"):
        translate(peer)
    assert len(peer.requests) == 1


def test_an_answer_in_another_language_is_not_taken_for_the_one_asked_for(peer: GpuTranslatePeer) -> None:
    with pytest.raises(Never, match="asked for 'en' to 'ja' and answered with fr"):
        translate(peer, target="ja")


def test_a_service_that_reads_no_language_is_found_out() -> None:
    with GpuTranslatePeer(reads="query") as peer:
        peer.pairs = frozenset()
        with pytest.raises(Never, match="does not read which ones are wanted"):
            translate(peer, target="de")


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("garbage", "makes no sense"),
        ("wrong_shape", "makes no sense"),
        ("other_text", "the translation of another text"),
        ("empty", "an empty text"),
    ],
)
def test_nonsense_is_tried_again(peer: GpuTranslatePeer, behaviour: str, words: str) -> None:
    peer.behaviour = behaviour
    with pytest.raises(TryAgain, match=words):
        translate(peer)


def test_an_answer_cut_short_is_asked_for_again(peer: GpuTranslatePeer) -> None:
    peer.behaviour = ["cut", "good"]
    assert translate(peer) == ["en:fr:Good morning."]


def test_a_wrong_key_and_a_wrong_address_are_final(peer: GpuTranslatePeer) -> None:
    with pytest.raises(Never, match=r"Invalid API key.*Check the key"):
        translate(peer, key="wrong")
    with pytest.raises(Never, match="There is no translation service"):
        translate(peer, url=f"{peer.url}/elsewhere")


def test_a_service_that_does_not_answer_is_tried_again(peer: GpuTranslatePeer) -> None:
    peer.slowness = 5
    with pytest.raises(TryAgain, match=r"did not answer within 0\.2 seconds"):
        translate(peer, timeout=0.2)


def test_a_service_that_is_not_there_is_tried_again(peer: GpuTranslatePeer) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(TryAgain, match="cannot be reached"):
            translate(peer, url=address)


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://localhost"])
def test_an_address_that_is_none_is_refused_in_words(url: str) -> None:
    reason = GpuTranslator.unavailable({"url": url})
    assert reason is not None
    assert "TRANSLATE_URL" in reason


def test_in_a_child_process(peer: GpuTranslatePeer) -> None:
    process = EngineProcess(EngineSpec("translation", "gpu", {"url": f"{peer.url}/translate", "key": KEY}))
    try:
        assert process.call("info", checkpoint=lambda: None) == EngineInfo("gpu", "translate", "")
        found = process.call("translate", checkpoint=lambda: None, lines=LINES, wanted=[1], source="en", target="fr")
    finally:
        process.kill()
    assert found == ["en:fr:Hello."]

"""Shards: how the sound is cut, and how their words come together again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.transcripts.pipeline.steps.conftest import rewrite
from transcripts.models import Run
from transcripts.pipeline.steps import transcribe

pytestmark = pytest.mark.django_db

Until = Callable[[str], Run]


@pytest.fixture
def run(run_until: Until) -> Run:
    return run_until("transcribe")


def word(text: str, start: float) -> dict[str, Any]:
    return {"text": f" {text}", "start": start, "end": start + 0.4}


def heard(run: Run, *results: dict[str, Any], channels: tuple[int | None, ...] = (None,)) -> None:
    """What each part found; a part for each result, channels in turn."""
    step = run.steps.get(name="transcribe")
    step.parts.all().delete()
    for number, result in enumerate(results):
        payload = {"start": 0, "end": 30, "channel": channels[number % len(channels)]}
        step.parts.create(number=number, lane="short", payload=payload, result=result, max_attempts=3)


def test_short_sound_is_one_shard(run: Run) -> None:
    assert transcribe.parts(run) == [{"start": 0.0, "end": 30.0, "channel": None}]


def test_long_sound_is_cut_at_pauses_and_covers_all_speech(run: Run) -> None:
    speech = [[float(start), start + 18.0] for start in range(0, 600, 20)]
    rewrite(run, "read", duration=600.0, speech=speech)
    pieces = [(part["start"], part["end"]) for part in transcribe.parts(run)]
    assert len(pieces) > 5
    assert pieces == sorted(pieces)
    for start, end in speech:
        assert any(first <= start and end <= last for first, last in pieces), (start, end)


def test_silence_has_no_shard(run: Run) -> None:
    rewrite(run, "read", speech=[])
    assert transcribe.parts(run) == []


def test_a_speaker_on_each_channel_has_a_shard_for_each(run: Run) -> None:
    rewrite(run, "read", channels=2)
    assert [part["channel"] for part in transcribe.parts(run)] == [0, 1]


def test_words_come_together_in_the_order_of_time(run: Run) -> None:
    heard(run, {"words": [word("c", 2.0)], "language": "en"}, {"words": [word("a", 0.0)], "language": "en"})
    assert [found.text for found in transcribe.words_of(run)] == [" a", " c"]


def test_the_channel_is_the_speaker(run: Run) -> None:
    results = [{"words": [word("hello", 0.0)], "language": "en"}, {"words": [word("hi", 1.0)], "language": "en"}]
    heard(run, *results, channels=(0, 1))
    assert [(found.text, found.speaker) for found in transcribe.words_of(run)] == [(" hello", 0), (" hi", 1)]


@pytest.mark.parametrize(("languages", "language"), [(["de", "en", "de"], "de"), (["en"], "en"), ([], "")])
def test_the_language_of_most_shards_with_words_counts(run: Run, languages: list[str], language: str) -> None:
    results = [{"words": [word("x", float(n))], "language": found} for n, found in enumerate(languages)]
    silent = {"words": [], "language": "fr"}
    heard(run, *results, silent, silent, silent)
    transcribe.save(run, [*results, silent, silent, silent])
    run.transcript.refresh_from_db()
    assert run.transcript.detected_language == language


def test_words_can_be_read_before_anybody_knows_who_spoke(run: Run) -> None:
    result = {"words": [word("hello", 0.0)], "language": "en"}
    heard(run, result)
    transcribe.save(run, [result])
    assert run.transcript.utterances.get().text == "hello"
    assert run.transcript.engines["transcription"]["engine"] == "canned"

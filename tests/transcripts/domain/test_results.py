"""What the pipeline finds, written: the rows, the events, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reflector_site.events.models import Event
from transcripts.domain import results
from transcripts.engines.base import ActionItems, Cited, Decision, EngineInfo, NextStep, Section, Summary, Word
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db

Queries = Callable[..., Any]


def sentences(count: int) -> list[Word]:
    """Words of two speakers who take turns: an utterance each."""
    return [Word(f" word{n}", float(n), n + 0.5, speaker=n % 2, confidence=0.98765) for n in range(count)]


def events(transcript: Transcript) -> list[tuple[str, Any]]:
    return list(Event.objects.filter(stream_id=transcript.stream_key).order_by("seq").values_list("name", "data"))


# --- words


def test_words_become_utterances(transcript: Transcript) -> None:
    words = [
        Word(" We", 0.12345, 0.2),
        Word(" ship.", 0.2, 0.5, suspect="silence"),
        Word(" When?", 0.6, 0.9, speaker=1),
    ]
    results.replace_words(transcript, words, language="de")
    assert [(u.position, u.speaker, u.start, u.end, u.text) for u in transcript.utterances.all()] == [
        (0, 0, 0.12345, 0.5, "We ship."),
        (1, 1, 0.6, 0.9, "When?"),
    ]
    assert transcript.utterances.all()[0].words == [
        {"text": " We", "start": 0.123, "end": 0.2},
        {"text": " ship.", "start": 0.2, "end": 0.5, "suspect": "silence"},
    ]
    transcript.refresh_from_db()
    assert transcript.detected_language == "de"
    assert events(transcript) == [("TRANSCRIPT", {"text": "", "translation": None})]


def test_new_words_replace_the_old_and_their_topics(transcript: Transcript) -> None:
    results.replace_words(transcript, sentences(4), language="en")
    results.save_topics(transcript, [(0, 3, "Old", "Old.")])
    results.replace_words(transcript, sentences(2), language="en")
    assert [u.position for u in transcript.utterances.all()] == [0, 1]
    assert not transcript.topics.exists()


def test_no_words_leave_nothing(transcript: Transcript) -> None:
    results.replace_words(transcript, sentences(2), language="en")
    results.replace_words(transcript, [], language="")
    assert not transcript.utterances.exists()


def test_an_utterance_ends_with_its_last_sound(transcript: Transcript) -> None:
    """Words may overlap: the one that begins last need not end last."""
    results.replace_words(transcript, [Word(" so", 0.0, 5.0), Word(" it", 1.0, 2.0)], language="en")
    assert transcript.utterances.get().end == 5.0


@pytest.mark.parametrize("count", [1, 3, 400])
def test_writing_words_costs_the_same_however_many(
    transcript: Transcript, django_assert_num_queries: Queries, count: int
) -> None:
    # language; utterances gone; topics looked for; utterances; number and row of the event; earlier ones taken back
    with django_assert_num_queries(8):
        results.replace_words(transcript, sentences(count), language="en")


# --- topics


def test_topics_hold_their_utterances(transcript: Transcript) -> None:
    results.replace_words(transcript, sentences(5), language="en")
    results.save_topics(transcript, [(0, 1, "One", "First."), (2, 4, "T" * 600, "Second.")])
    first, second = transcript.topics.all()
    assert (first.title, first.summary, first.timestamp, first.duration) == ("One", "First.", 0.0, 1.5)
    assert (len(second.title), second.timestamp, second.duration) == (500, 2.0, 2.5)
    assert [u.topic_id for u in transcript.utterances.all()] == [first.pk] * 2 + [second.pk] * 3
    found = [data for name, data in events(transcript) if name == "TOPIC"]
    assert [data["title"] for data in found] == [first.title, second.title]
    assert found[0]["transcript"] == "word0 word1"
    assert found[0]["segments"] == [
        {"text": "word0", "start": 0.0, "speaker": 0},
        {"text": "word1", "start": 1.0, "speaker": 1},
    ]


def test_new_topics_replace_the_old(transcript: Transcript) -> None:
    results.replace_words(transcript, sentences(2), language="en")
    results.save_topics(transcript, [(0, 0, "A", "a"), (1, 1, "B", "b")])
    results.save_topics(transcript, [(0, 1, "C", "c")])
    assert [topic.title for topic in transcript.topics.all()] == ["C"]
    assert {u.topic_id for u in transcript.utterances.all()} == {transcript.topics.get().pk}


def test_no_topics_for_nothing_said(transcript: Transcript) -> None:
    results.save_topics(transcript, [])
    assert not transcript.topics.exists()


@pytest.mark.parametrize("count", [10, 100])
def test_writing_topics_costs_an_event_each_and_no_more(
    transcript: Transcript, django_assert_num_queries: Queries, count: int
) -> None:
    results.replace_words(transcript, sentences(count), language="en")
    # old topics; utterances read, topics and then utterances written; earlier events taken back; a number and a row for
    # each event
    with django_assert_num_queries(5 + 2 * count):
        results.save_topics(transcript, [(n, n, "Title", "Summary.") for n in range(count)])


# --- the rest


def test_media(transcript: Transcript) -> None:
    results.save_media(transcript, duration=12.5, waveform=[0.0, 1.0])
    transcript.refresh_from_db()
    assert (transcript.duration, transcript.waveform) == (12500.0, [0.0, 1.0])
    assert events(transcript) == [("DURATION", {"duration": 12500.0}), ("WAVEFORM", {"waveform": [0.0, 1.0]})]


def test_engines_are_recorded_by_task(transcript: Transcript) -> None:
    results.record_engine(transcript, "transcription", EngineInfo("draft", "tiny", "1", draft=True))
    results.record_engine(transcript, "title", EngineInfo("other", "m", "2"))
    assert transcript.is_draft
    results.record_engine(transcript, "transcription", None)
    transcript.refresh_from_db()
    assert transcript.engines == {"title": {"engine": "other", "model": "m", "version": "2", "draft": False}}
    assert not transcript.is_draft


def test_a_title_is_cut_to_its_column(transcript: Transcript) -> None:
    results.save_title(transcript, "x" * 600)
    transcript.refresh_from_db()
    assert transcript.title == "x" * 500
    assert events(transcript) == [("FINAL_TITLE", {"title": "x" * 500})]


def test_a_summary_is_text_with_what_it_rests_on(transcript: Transcript) -> None:
    summary = Summary(
        short=[Cited("We ship.", [1.0]), Cited("On Monday.", [2.0])],
        sections=[Section("Shipping", [Cited("It is ready.", [3.0])])],
    )
    results.save_summary(transcript, summary)
    transcript.refresh_from_db()
    assert transcript.short_summary == "We ship. On Monday."
    assert transcript.long_summary == (
        "# Quick recap\n\nWe ship. On Monday.\n\n# Summary\n\n**Shipping**\n\nIt is ready."
    )
    assert transcript.summary_citations["sections"][0]["sentences"] == [{"text": "It is ready.", "seconds": [3.0]}]
    assert [name for name, _ in events(transcript)] == ["FINAL_SHORT_SUMMARY", "FINAL_LONG_SUMMARY"]


def test_a_summary_of_nothing_is_empty(transcript: Transcript) -> None:
    results.save_summary(transcript, Summary(short=[], sections=[]))
    transcript.refresh_from_db()
    assert (transcript.short_summary, transcript.long_summary) == ("", "")


def test_action_items_know_the_people_they_name(transcript: Transcript, named: Callable[..., Any]) -> None:
    anna = named(transcript, 0, "Anna")
    items = ActionItems(
        decisions=[Decision("We ship.", decided_by="Anna"), Decision("We wait.")],
        next_steps=[NextStep("Send the report", assigned_to="Anna"), NextStep("Call", assigned_to="Bert")],
    )
    results.save_action_items(transcript, items)
    transcript.refresh_from_db()
    found = transcript.action_items
    assert found is not None
    assert [decision["decided_by_participant_id"] for decision in found["decisions"]] == [str(anna.pk), None]
    assert [step["assigned_to_participant_id"] for step in found["next_steps"]] == [str(anna.pk), None]
    assert events(transcript) == [("ACTION_ITEMS", {"action_items": found})]

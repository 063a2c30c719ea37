"""The text of an utterance, corrected."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from reflector_site.events.models import Event
from transcripts.domain import results, undo
from transcripts.domain.refusals import InTheWay, NotThere
from transcripts.domain.speakers import assign_speaker
from transcripts.domain.words import ChangedMeanwhile, edit_text
from transcripts.models import Edit, Run, Topic, Transcript

from .test_speakers import said, whole

pytestmark = pytest.mark.django_db

Say = Callable[..., Topic]


@pytest.fixture
def talk(transcript: Transcript, say: Say) -> Transcript:
    say(transcript, (0, "we chip on monday"), (1, "fine by me"), (0, "thanks for watching"), suspect=("watching",))
    return transcript


def edit(transcript: Transcript, by: User, place: int, text: str, *, seen: str | None = None) -> Edit | None:
    row = transcript.utterances.all()[place]
    return edit_text(transcript, by=by, utterance_id=row.pk, text=text, seen=row.text if seen is None else seen)


def test_words_that_survive_keep_all_they_have(talk: Transcript, owner: User) -> None:
    row = talk.utterances.all()[0]
    found = edit(talk, owner, 0, "we ship on Monday")
    assert talk.utterances.all()[0].pk == row.pk
    assert talk.utterances.all()[0].words == [
        {"text": " we", "start": 0.0, "end": 1.0},
        {"text": " ship", "start": 1.0, "end": 2.0, "edited": True},
        {"text": " on", "start": 2.0, "end": 3.0},
        {"text": " Monday", "start": 3.0, "end": 4.0, "edited": True},
    ]
    assert found is not None
    assert found.description == "Changed “chip on monday” to “ship on Monday”."


def test_a_word_that_is_spelt_otherwise_is_no_longer_suspect(talk: Transcript, owner: User) -> None:
    edit(talk, owner, 2, "thanks for Watching!")
    assert talk.utterances.all()[2].words[2] == {"text": " Watching!", "start": 9.0, "end": 10.0, "edited": True}


def test_no_text_takes_the_utterance_away(talk: Transcript, owner: User) -> None:
    before = whole(talk)
    found = edit(talk, owner, 1, "  ")
    assert said(talk) == [(0, "we chip on monday"), (0, "thanks for watching")]  # with a long silence between them
    assert found is not None
    assert found.description == "Removed “fine by me”."
    undo.undo(talk, number=1, by=owner)
    assert whole(talk) == before


def test_all_that_was_said_can_be_taken_away_and_comes_back(transcript: Transcript, say: Say, owner: User) -> None:
    say(transcript, (0, "thanks for watching"))
    before = whole(transcript)
    edit(transcript, owner, 0, "")
    assert whole(transcript) == []
    undo.undo(transcript, number=1, by=owner)
    assert whole(transcript) == before


@pytest.mark.parametrize(
    ("place", "text"),
    [(0, "now we chip on monday"), (0, "we on monday"), (1, "fine by me then"), (2, "thanks"), (1, "no")],
    ids=["added in front", "taken out", "added behind", "shortened", "replaced"],
)
def test_each_is_undone_to_what_it_was_and_done_again(talk: Transcript, owner: User, place: int, text: str) -> None:
    before = whole(talk)
    edit(talk, owner, place, text)
    edited = whole(talk)
    assert said(talk)[place][1] == text
    undo.undo(talk, number=1, by=owner)
    assert whole(talk) == before
    undo.redo(talk, number=1, by=owner)
    assert whole(talk) == edited


def test_what_reads_the_same_is_no_edit(talk: Transcript, owner: User) -> None:
    assert edit(talk, owner, 0, " we  chip on\nmonday ") is None
    assert not talk.edits.exists()


def test_who_has_not_seen_the_latest_is_told_what_it_says(talk: Transcript, owner: User) -> None:
    edit(talk, owner, 0, "we ship on monday")
    with pytest.raises(ChangedMeanwhile, match="while you were writing") as refused:
        edit(talk, owner, 0, "we chip in", seen="we chip on monday")
    assert refused.value.text == "we ship on monday"
    assert edit(talk, owner, 0, "we ship on monday", seen="we chip on monday") is None  # both wanted the same


def test_an_utterance_of_another_transcript(
    talk: Transcript, owner: User, new_transcript: Callable[..., Transcript]
) -> None:
    with pytest.raises(NotThere, match="Utterance not found"):
        edit_text(new_transcript(), by=owner, utterance_id=talk.utterances.all()[0].pk, text="no", seen="")


def test_while_a_run_is_at_work_words_wait(talk: Transcript, owner: User) -> None:
    Run.objects.create(transcript=talk, plan="file", before={})
    with pytest.raises(InTheWay, match="being processed"):
        edit(talk, owner, 0, "no")


def test_two_places_of_one_utterance_are_two_edits(talk: Transcript, owner: User) -> None:
    edit(talk, owner, 0, "we ship on monday")
    edit(talk, owner, 0, "we ship on tuesday")
    undo.undo(talk, number=1, by=owner)
    assert said(talk)[0] == (0, "we chip on tuesday")


def test_an_edit_of_words_that_were_given_away_since(talk: Transcript, owner: User) -> None:
    edit(talk, owner, 0, "we ship on monday")
    assign_speaker(talk, by=owner, timestamp_from=3, timestamp_to=3, speaker=5)
    undo.undo(talk, number=1, by=owner)
    assert said(talk)[:2] == [(0, "we chip on"), (5, "monday")]
    assign_speaker(talk, by=owner, timestamp_from=0, timestamp_to=1, speaker=5)
    with pytest.raises(InTheWay, match="by edit 3 of Olivia"):
        undo.redo(talk, number=1, by=owner)


def test_viewers_are_told(talk: Transcript, owner: User) -> None:
    edit(talk, owner, 0, "we ship on monday")
    events = Event.objects.filter(stream_id=talk.stream_key).order_by("seq")
    assert [event.name for event in events] == ["TRANSCRIPT", "TOPIC", "UPDATED"]
    assert events[2].data == {"fields": ["edits"], "by": "Olivia"}


def test_undo_after_topics_were_found_anew_takes_theirs(talk: Transcript, owner: User) -> None:
    edit(talk, owner, 0, "we ship on Monday")
    results.save_topics(talk, [(0, 2, "Again", "")])
    undo.undo(talk, number=1, by=owner)
    assert talk.utterances.all()[0].text == "we chip on monday"
    assert {utterance.topic_id for utterance in talk.utterances.all()} == {talk.topics.get().pk}
    connection.check_constraints()

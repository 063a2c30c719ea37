"""Words given to another speaker, and two speakers made one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reflector_site.events.models import Event
from transcripts.domain import results, segments, undo
from transcripts.domain.refusals import EditRefused, InTheWay, NotThere
from transcripts.domain.sequence import Spoken, grouped, settle
from transcripts.domain.speakers import assign_speaker, merge_speakers
from transcripts.engines.base import Word
from transcripts.models import Edit, Participant, Run, Topic, Transcript

pytestmark = pytest.mark.django_db

Say = Callable[..., Topic]
Named = Callable[..., Participant]


def said(transcript: Transcript) -> list[tuple[int, str]]:
    """Who said what; positions, texts and times are checked on the way."""
    rows = list(transcript.utterances.all())
    assert [row.position for row in rows] == list(range(len(rows)))
    for row in rows:
        assert row.text == "".join(word["text"] for word in row.words).strip()
        assert (row.start, row.end) == (row.words[0]["start"], max(word["end"] for word in row.words))
    return [(row.speaker, row.text) for row in rows]


def whole(transcript: Transcript) -> list[tuple[Any, ...]]:
    """All that is kept of what was said, but for the keys of rows."""
    return [(u.position, u.speaker, u.topic_id, u.start, u.end, u.text, u.words) for u in transcript.utterances.all()]


def assign(transcript: Transcript, by: User, begin: float, end: float, speaker: int) -> Edit | None:
    return assign_speaker(transcript, by=by, timestamp_from=begin, timestamp_to=end, speaker=speaker)


@pytest.fixture
def talk(transcript: Transcript, say: Say) -> Transcript:
    """Ten words, one a second, of two speakers, on two topics."""
    say(transcript, (0, "we ship on monday"), (1, "fine by me"), title="Shipping")
    say(transcript, (1, "what about testing"), title="Testing")
    return transcript


def test_words_in_the_middle_of_an_utterance_split_it(talk: Transcript, owner: User) -> None:
    edit = assign(talk, owner, 1, 2, 3)
    assert said(talk) == [(0, "we"), (3, "ship on"), (0, "monday"), (1, "fine by me"), (1, "what about testing")]
    assert [word.get("assigned") for word in talk.utterances.all()[1].words] == [True, True]
    assert edit is not None
    assert (edit.number, edit.description, edit.by_name) == (1, "Gave “ship on” at 00:01 to Speaker 3.", "Olivia")


def test_both_ends_of_the_span_belong_to_it_and_only_beginnings_count(talk: Transcript, owner: User) -> None:
    assign(talk, owner, 0.5, 1.0, 3)
    assert said(talk)[:3] == [(0, "we"), (3, "ship"), (0, "on monday")]


def test_across_utterances_and_topics_topics_are_kept(talk: Transcript, owner: User) -> None:
    first, second = talk.topics.all()
    assign(talk, owner, 3, 8, 0)
    assert said(talk) == [(0, "we ship on monday fine by me"), (0, "what about"), (1, "testing")]
    assert [u.topic_id for u in talk.utterances.all()] == [first.pk, second.pk, second.pk]


def test_neighbours_are_joined_unless_a_fresh_transcript_would_have_them_apart(
    transcript: Transcript, owner: User
) -> None:
    words = [Word(" one", 0, 1), Word(" two", 1, 2, speaker=1), Word(" three", 4.5, 5, speaker=0)]
    results.replace_words(transcript, words, language="en")
    assign(transcript, owner, 1, 1, 0)
    assert said(transcript) == [(0, "one two"), (0, "three")]


def test_giving_words_away_and_back_leaves_the_cut_as_it_was(talk: Transcript, owner: User) -> None:
    before = said(talk)
    assign(talk, owner, 2, 5, 7)
    assign(talk, owner, 2, 3, 0)
    assign(talk, owner, 4, 5, 1)
    assert said(talk) == before


def test_a_participant_without_a_voice_gets_the_smallest_number_that_is_nobodys(
    talk: Transcript, owner: User, named: Named
) -> None:
    named(talk, 2, "Carla")
    dora = Participant.objects.create(transcript=talk, name="Dora")
    assign_speaker(talk, by=owner, timestamp_from=0, timestamp_to=0, participant_id=dora.pk)
    dora.refresh_from_db()
    assert dora.speaker == 3
    assert said(talk)[0] == (3, "we")
    undo.undo(talk, number=1, by=owner)
    dora.refresh_from_db()
    assert dora.speaker is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Either speaker or participant must be provided"),
        ({"speaker": 1, "participant_id": uuid.UUID(int=1)}, "Only one of speaker or participant must be provided"),
    ],
    ids=["neither", "both"],
)
def test_one_of_the_two_is_needed(talk: Transcript, owner: User, given: dict[str, Any], message: str) -> None:
    with pytest.raises(EditRefused, match=message):
        assign_speaker(talk, by=owner, timestamp_from=0, timestamp_to=1, **given)


def test_an_unknown_participant(talk: Transcript, owner: User) -> None:
    with pytest.raises(NotThere, match="Participant not found"):
        assign_speaker(talk, by=owner, timestamp_from=0, timestamp_to=1, participant_id=uuid.uuid4())


def test_of_two_who_talk_at_once_one_is_meant(talk: Transcript, owner: User) -> None:
    assign_speaker(talk, by=owner, timestamp_from=2, timestamp_to=8, speaker=4, of_speaker=0)
    assert said(talk)[:3] == [(0, "we ship"), (4, "on monday"), (1, "fine by me")]


def test_nothing_to_do_is_no_edit(talk: Transcript, owner: User) -> None:
    assert assign(talk, owner, 0, 1, 0) is None
    assert assign(talk, owner, 50, 60, 4) is None
    assert merge_speakers(talk, by=owner, speaker_from=8, speaker_to=0) is None
    assert merge_speakers(talk, by=owner, speaker_from=1, speaker_to=1) is None
    assert not talk.edits.exists()


def test_merging_moves_words_and_the_name(talk: Transcript, owner: User, named: Named) -> None:
    person = named(talk, 1, "Bob")
    merge_speakers(talk, by=owner, speaker_from=1, speaker_to=0)
    person.refresh_from_db()
    assert (person.speaker, said(talk)) == (0, [(0, "we ship on monday fine by me"), (0, "what about testing")])
    assert talk.edits.get().description == "Merged Bob into Speaker 0."
    undo.undo(talk, number=1, by=owner)
    person.refresh_from_db()
    assert (person.speaker, said(talk)[1]) == (1, (1, "fine by me"))


def test_two_who_have_names_are_not_merged(talk: Transcript, owner: User, named: Named) -> None:
    named(talk, 0, "Ann")
    named(talk, 1, "Bob")
    with pytest.raises(EditRefused, match="Both speakers are assigned to participants"):
        merge_speakers(talk, by=owner, speaker_from=0, speaker_to=1)


def test_while_a_run_is_at_work_words_wait(talk: Transcript, owner: User) -> None:
    Run.objects.create(transcript=talk, plan="file", before={})
    with pytest.raises(InTheWay, match=r"being processed"):
        assign(talk, owner, 0, 1, 3)


def test_viewers_are_told(talk: Transcript, owner: User) -> None:
    assign(talk, owner, 4, 8, 0)
    events = Event.objects.filter(stream_id=talk.stream_key).order_by("seq")
    assert [event.name for event in events] == ["TRANSCRIPT", "TOPIC", "TOPIC", "UPDATED"]
    assert events[1].data["segments"] == [{"text": "we ship on monday fine by me", "start": 0.0, "speaker": 0}]
    assert events[3].data == {"fields": ["speakers", "edits"], "by": "Olivia"}


@pytest.mark.parametrize("count", [1, 30])
def test_the_cost_does_not_grow_with_the_length(
    transcript: Transcript, owner: User, say: Say, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for n in range(count):
        say(transcript, (0, "one two three"), (1, "four"), title=str(n))
    with django_assert_num_queries(31):
        assign(transcript, owner, 1, 1, 5)


# --- undo


def test_each_edit_can_be_undone_wherever_its_words_stand_by_then(talk: Transcript, owner: User) -> None:
    assign(talk, owner, 1, 2, 3)
    assign(talk, owner, 5, 5, 4)
    undo.undo(talk, number=1, by=owner)
    assert said(talk) == [(0, "we ship on monday"), (1, "fine"), (4, "by"), (1, "me"), (1, "what about testing")]


def test_a_later_edit_of_the_same_words_has_to_go_first(talk: Transcript, owner: User) -> None:
    before = whole(talk)
    assign(talk, owner, 1, 2, 3)
    assign(talk, owner, 2, 3, 4)
    with pytest.raises(InTheWay, match=r"by edit 2 of Olivia: “Gave “on monday” at 00:02 to Speaker 4\.”"):
        undo.undo(talk, number=1, by=owner)
    undo.undo(talk, number=2, by=owner)
    undo.undo(talk, number=1, by=owner)
    assert whole(talk) == before
    undo.redo(talk, number=1, by=owner)
    assert said(talk)[:3] == [(0, "we"), (3, "ship on"), (0, "monday")]


def test_words_that_a_run_has_written_anew_are_not_undone(talk: Transcript, owner: User) -> None:
    assign(talk, owner, 1, 2, 3)
    results.replace_words(talk, [Word(" other", 0, 1)], language="en")
    with pytest.raises(InTheWay, match="a run has written them anew"):
        undo.undo(talk, number=1, by=owner)


# --- as a property: whatever was said, and whatever is given away, all of it back is the cut of before

LENGTHS = some.sampled_from(["a", "word.", "considerably", "on,", "monday?", "x" * 60, "y" * 130 + "."])
GAPS = some.sampled_from([0.0, 0.1, 0.5, 0.7, 2.0, 3.0])
TALKS = some.lists(some.tuples(LENGTHS, GAPS, some.integers(0, 2), some.booleans()), min_size=1, max_size=40)


def row_of(talk: Sequence[tuple[str, float, int, bool]]) -> list[Spoken]:
    """The words as a fresh transcript has them."""
    words, time = [], 0.0
    for text, gap, speaker, _ in talk:
        words.append(Word(f" {text}", round(time + gap, 3), round(time + gap + 0.3, 3), speaker))
        time = words[-1].end
    found: list[Spoken] = []
    for group in segments.utterances(words):
        for place, word in enumerate(group):
            json = {"text": word.text, "start": word.start, "end": word.end}
            loose = place == 0 and bool(found) and found[-1].speaker != word.speaker
            found.append(Spoken(json, word.speaker, first=place == 0, loose=loose))
    return found


def as_read(words: Sequence[Spoken]) -> list[Spoken]:
    """As the next edit reads them from their rows."""
    return [
        Spoken(one.word, one.speaker, one.topic, one.first, one.first and n > 0 and words[n - 1].speaker != one.speaker)
        for n, one in enumerate(words)
    ]


def cut(words: Sequence[Spoken]) -> list[tuple[int, list[str]]]:
    return [(group[0].speaker, [one.word["text"] for one in group]) for group in grouped(words)]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(talk=TALKS, to=some.integers(0, 3))
def test_given_away_and_back_is_as_before(talk: list[tuple[str, float, int, bool]], to: int) -> None:
    before = row_of(talk)
    chosen = [one for *_, one in talk]
    given_away = settle(
        Spoken(one.word, to if mine else one.speaker, one.topic, one.first, one.loose)
        for one, mine in zip(before, chosen, strict=True)
    )
    assert all(len({one.speaker for one in group}) == 1 for group in grouped(given_away))
    back = settle(
        Spoken(one.word, was.speaker, one.topic, one.first, one.loose)
        for one, was in zip(as_read(given_away), before, strict=True)
    )
    assert cut(back) == cut(before)

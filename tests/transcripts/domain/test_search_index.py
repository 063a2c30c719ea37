"""After whatever is written, the index is what it would be if it were made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from tests.concurrency.conftest import at_once
from transcripts.domain import results, snapshot
from transcripts.domain.change import update_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.domain.participants import add_participant, change_participant, remove_participant
from transcripts.domain.search import Criteria, search
from transcripts.domain.speakers import merge_speakers
from transcripts.domain.undo import undo
from transcripts.domain.words import edit_text
from transcripts.engines.base import Cited, Summary, Word
from transcripts.models import Participant, SearchEntry, SearchLine, Topic, Transcript, Utterance

New = Callable[..., Transcript]
Say = Callable[..., Topic]

STORED = """
SELECT transcript_id::text, config, title, head, words FROM transcripts_searchentry ORDER BY 1;
"""
LINES = "SELECT utterance_id, transcript_id::text, vector FROM transcripts_searchline ORDER BY 1"


def stored() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(STORED)
        entries = cursor.fetchall()
        cursor.execute(LINES)
        return [*entries, *cursor.fetchall()]


def anew() -> list[Any]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT transcripts_search_rebuild()")
        found = stored()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def held(db: None) -> Iterator[None]:
    """What the test leaves is checked at its end."""
    yield
    assert stored() == anew()
    assert SearchEntry.objects.count() == Transcript.objects.count()
    assert SearchLine.objects.count() == Utterance.objects.count()


@pytest.fixture
def talk(held: None, transcript: Transcript, say: Say) -> Transcript:
    say(transcript, (0, "The budget is late"), (1, "Then we wait for it"), (0, "Häuser und 東京都"))
    return transcript


def finds(owner: User, q: str) -> bool:
    return search(owner, Criteria(q=q)).total == 1


def words(text: str) -> list[Word]:
    return [Word(f" {word}", n, n + 0.5) for n, word in enumerate(text.split())]


def test_what_the_pipeline_writes(talk: Transcript, owner: User) -> None:
    results.replace_words(talk, words("Other words are spoken now. " * 400), language="en")
    assert finds(owner, "spoken")
    assert not finds(owner, "budget")
    results.save_topics(talk, [(0, 1, "Spring", "About spring.")])
    results.save_title(talk, "Plans for autumn")
    results.save_summary(talk, Summary(short=[Cited("Somebody harvests.", [1.0])], sections=[]))
    assert finds(owner, "autumn harvest")


def test_another_language(talk: Transcript, owner: User) -> None:
    assert not finds(owner, "Haus")
    talk.detected_language = "de"
    talk.save(update_fields=["detected_language"])
    assert finds(owner, "Haus")


def test_words_that_are_edited(talk: Transcript, owner: User) -> None:
    said = talk.utterances.get(position=0)
    edit = edit_text(talk, by=owner, utterance_id=said.pk, text="The forecast is late", seen=said.text)
    assert edit is not None
    assert (finds(owner, "forecast"), finds(owner, "budget")) == (True, False)
    undo(talk, number=edit.number, by=owner)
    assert (finds(owner, "forecast"), finds(owner, "budget")) == (False, True)
    edit_text(talk, by=owner, utterance_id=said.pk, text="", seen=said.text)
    assert not finds(owner, "budget")


def test_speakers_that_are_merged(talk: Transcript, owner: User) -> None:
    merge_speakers(talk, by=owner, speaker_from=1, speaker_to=0)
    assert finds(owner, "late wait")


def test_names_of_people(talk: Transcript, owner: User) -> None:
    ada = add_participant(talk, by=owner, name="Ada Lindqvist", speaker=0)
    assert finds(owner, "lindqvist")
    change_participant(talk, by=owner, participant_id=ada.pk, name="Ada Okafor")
    assert (finds(owner, "lindqvist"), finds(owner, "okafor")) == (False, True)
    remove_participant(talk, by=owner, participant_id=ada.pk)
    assert not finds(owner, "okafor")


def test_what_a_person_writes(talk: Transcript, owner: User) -> None:
    update_transcript(talk, by=owner, title="Harvest", name="Autumn", long_summary="# Apples")
    assert finds(owner, "harvest autumn apples budget")


def test_a_cancel_that_puts_back_what_was_there(talk: Transcript, owner: User) -> None:
    before = snapshot.take(talk)
    results.replace_words(talk, words("Nothing of that"), language="fr")
    assert not finds(owner, "budget")
    snapshot.restore(talk, before)
    assert finds(owner, "budget")


def test_what_is_deleted(talk: Transcript, new_transcript: New, owner: User) -> None:
    kept = new_transcript(title="Budget, kept")
    delete_transcript(talk)
    assert search(owner, Criteria(q="budget")).results[0].transcript == kept


def test_rows_written_past_all_verbs(talk: Transcript, new_transcript: New, owner: User) -> None:
    other = new_transcript()
    Utterance.objects.filter(transcript=talk).update(text="harvest")
    Transcript.objects.update(title="Autumn")
    Participant.objects.bulk_create([Participant(transcript=one, name="Ada") for one in (talk, other)])
    Participant.objects.filter(transcript=other).update(transcript=talk)
    assert finds(owner, "harvest ada autumn")


def test_what_changes_words_or_names_gives_the_transcript_a_new_number(talk: Transcript) -> None:
    def number() -> int:
        talk.refresh_from_db()
        return talk.change_seq

    numbers = [number()]
    for write in (
        lambda: Utterance.objects.filter(transcript=talk, position=0).update(text="x"),
        lambda: Utterance.objects.filter(transcript=talk, position=0).update(speaker=5),
        lambda: Participant.objects.create(transcript=talk, name="Ada"),
        lambda: Participant.objects.filter(transcript=talk).delete(),
        lambda: Utterance.objects.filter(transcript=talk, position=0).delete(),
    ):
        write()
        numbers.append(number())
    assert numbers == sorted(set(numbers))


def test_more_words_than_a_vector_holds(held: None, transcript: Transcript, owner: User) -> None:
    many = [f"{'long' * 10}{n:06}" for n in range(24_000)]  # over a million bytes
    Utterance.objects.bulk_create(
        Utterance(transcript=transcript, position=n, start=n, end=n, text=" ".join(many[n::400]), words=[])
        for n in range(400)
    )
    edited = transcript.utterances.get(position=7)
    Utterance.objects.filter(pk=edited.pk).update(text="and a short one")
    assert finds(owner, "short")
    assert finds(owner, many[0])


def test_title_and_words_of_any_length(held: None, transcript: Transcript, owner: User) -> None:
    transcript.long_summary = "x" * 5000 + " harvest " + "many words " * 20_000 + " autumn"
    transcript.save()
    assert finds(owner, "harvest autumn")


@pytest.mark.django_db(transaction=True)
def test_two_who_change_different_utterances_at_once(transcript: Transcript, say: Say, owner: User) -> None:
    say(transcript, *((0, f"first {n}") for n in range(8)))
    keys = list(transcript.utterances.values_list("pk", flat=True))

    def rewrite(key: int) -> Callable[[], object]:
        return lambda: Utterance.objects.filter(pk=key).update(text=f"harvest {'abcdefgh'[keys.index(key)] * 3}")

    at_once(*(rewrite(key) for key in keys))
    assert stored() == anew()
    assert all(finds(owner, letter * 3) for letter in "abcdefgh")

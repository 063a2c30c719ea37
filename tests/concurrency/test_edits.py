"""Two hundred edits of one transcript at once: nothing that was said is lost, and all of it can be taken back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from reflector_site.events.models import Event
from tests.concurrency.conftest import start, until_somebody_waits
from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import take
from transcripts.domain import results, undo
from transcripts.domain.participants import add_participant, change_participant, remove_participant
from transcripts.domain.refusals import EditRefused
from transcripts.domain.speakers import assign_speaker, merge_speakers
from transcripts.domain.words import edit_text
from transcripts.engines.base import Word
from transcripts.models import Transcript, Utterance
from transcripts.pipeline import ledger, runs

pytestmark = pytest.mark.django_db(transaction=True)

EDITS = 200
AT_ONCE = 8
SECONDS = 300
Verb = Callable[[], object]


@pytest.fixture
@transaction.atomic
def talk(transcript: Transcript) -> Transcript:
    """Three hundred words, one a second, of three speakers, on three topics."""
    words = [Word(f" w{n}{'.' if n % 9 == 8 else ''}", float(n), n + 0.8, n // 7 % 3, 0.9) for n in range(SECONDS)]
    results.replace_words(transcript, words, language="en")
    last = transcript.utterances.count() - 1
    thirds = [(last * n // 3, last * (n + 1) // 3 - 1) for n in range(3)]
    found = [(first, last if n == 2 else end, f"Topic {n}", "What was said.") for n, (first, end) in enumerate(thirds)]
    results.save_topics(transcript, found)
    return transcript


def whole(transcript: Transcript) -> list[tuple[Any, ...]]:
    return [(u.position, u.speaker, u.topic_id, u.start, u.end, u.text, u.words) for u in transcript.utterances.all()]


def an_edit(transcript: Transcript, by: User, number: int) -> Verb:
    """One of the kinds, somewhere, the same in every run of this test."""
    chance = random.Random(number)
    begin = chance.randrange(SECONDS)

    def assign() -> object:
        end = begin + chance.randrange(20)
        return assign_speaker(transcript, by=by, timestamp_from=begin, timestamp_to=end, speaker=chance.randrange(6))

    def merge() -> object:
        return merge_speakers(transcript, by=by, speaker_from=chance.randrange(6), speaker_to=chance.randrange(6))

    def words() -> object:
        row = transcript.utterances.filter(start__lte=begin).last() or transcript.utterances.all()[0]
        said = row.text.split()
        said[chance.randrange(len(said))] = f"edit{number}"
        return edit_text(transcript, by=by, utterance_id=row.pk, text=" ".join(said), seen=row.text)

    def people() -> object:
        there = list(transcript.participants.all())
        if not there or number % 3:
            return add_participant(transcript, by=by, name=f"Person {number}", speaker=chance.choice([None, 0, 3, 5]))
        one = chance.choice(there).pk
        if number % 2:
            return remove_participant(transcript, by=by, participant_id=one)
        return change_participant(transcript, by=by, participant_id=one, name=f"Renamed {number}")

    return (assign, assign, merge, words, words, people)[number % 6] if number % 30 else merge


def all_at_once(verbs: list[Verb]) -> Counter[str]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = [start(pool, verb) for verb in verbs]
    errors = [error for end in ends if (error := end.exception()) is not None]
    for error in errors:
        if not isinstance(error, EditRefused):
            raise error
    return Counter(type(error).__name__ for error in errors)


def check(transcript: Transcript) -> None:
    """What holds whatever was edited in whatever order, but for words put in and taken out on purpose."""
    rows: list[Utterance] = list(transcript.utterances.all())
    assert [row.position for row in rows] == list(range(len(rows)))
    words = [word for row in rows for word in row.words]
    assert [word["start"] for word in words] == [float(n) for n in range(SECONDS)]
    assert all(one["end"] <= other["start"] for one, other in pairwise(words))
    for row in rows:
        assert row.text == "".join(word["text"] for word in row.words).strip()
        assert (row.start, row.end) == (row.words[0]["start"], row.words[-1]["end"])
    for text in (word["text"].strip() for word in words if not word.get("edited")):
        assert text.startswith("w")
    topics = [row.topic_id for row in rows]
    assert len({topic for topic, other in pairwise(topics) if topic != other} | {topics[-1]}) == 3
    seqs = list(Event.objects.filter(stream_id=transcript.stream_key).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def test_two_hundred_edits_at_once_and_all_of_them_taken_back(talk: Transcript, owner: User) -> None:
    before = whole(talk)
    refused = all_at_once([an_edit(talk, owner, number) for number in range(EDITS)])
    check(talk)
    numbers = list(talk.edits.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    # A few change nothing, or meet somebody who was faster and are told so.
    assert EDITS * 0.5 < len(numbers) <= EDITS - refused.total()
    kinds = Counter(talk.edits.values_list("kind", flat=True))
    assert min(kinds[kind] for kind in ("assign", "merge", "words", "participant added")) >= 5, kinds
    after = whole(talk)
    for number in reversed(numbers):
        undo.undo(talk, number=number, by=owner)
    assert whole(talk) == before
    assert not talk.participants.exists()
    for number in numbers:
        undo.redo(talk, number=number, by=owner)
    assert whole(talk) == after


def test_edits_and_undos_at_once(talk: Transcript, owner: User) -> None:
    before = whole(talk)
    verbs: list[Verb] = [an_edit(talk, owner, number) for number in range(60)]
    verbs += [lambda number=number: undo.undo(talk, number=number, by=owner) for number in range(1, 30)]
    random.Random(1).shuffle(verbs)
    all_at_once(verbs)
    check(talk)
    for edit in talk.edits.filter(undone_at=None):
        undo.undo(talk, number=edit.number, by=owner)
    assert whole(talk) == before


def test_an_edit_that_meets_the_end_of_a_run_waits_for_it(transcript: Transcript, owner: User) -> None:
    """The worker holds the run and writes; the edit waits for the run, and neither waits for the other for ever."""
    run = runs.process(canned.uploaded(transcript))
    canned.work(run, until="finish")
    claim = take(run, "finish")
    with ThreadPoolExecutor(2) as pool:
        both = [
            start(pool, lambda: ledger.finish(claim, {})),
            start(pool, lambda: assign_speaker(transcript, by=owner, timestamp_from=0, timestamp_to=1, speaker=5)),
        ]
        ends = [one.exception(20) for one in both]
    assert ends[0] is None
    assert ends[1] is None or "being processed" in str(ends[1])


def test_an_edit_of_words_and_a_run_that_begins(transcript: Transcript, owner: User) -> None:
    """Whichever is first: the run remembers the edit, or the edit is refused."""
    canned.work(runs.process(canned.uploaded(transcript)))
    row = transcript.utterances.all()[0]

    def edit() -> object:
        return edit_text(transcript, by=owner, utterance_id=row.pk, text=f"edited {row.text}", seen=row.text)

    with ThreadPoolExecutor(2) as pool:
        both = [start(pool, edit), start(pool, lambda: runs.process(transcript))]
        refused = both[0].exception(20)
        run = both[1].result(20)
    canned.work(run)  # type: ignore[arg-type]
    kept = transcript.utterances.all()[0].text.startswith("edited ")
    assert kept == (refused is None)


def test_a_title_that_is_written_while_a_step_saves_another_stays(transcript: Transcript, owner: User) -> None:
    """The step reads the row under its lock, so it knows that the title is a person's by then."""

    run = runs.process(canned.uploaded(transcript))
    canned.work(run, until="title")
    claim = take(run, "title")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locked = Transcript.objects.select_for_update().get(pk=transcript.pk)
            finishing = start(pool, lambda: ledger.finish(claim, canned.result(claim)))
            until_somebody_waits()
            locked.title, locked.edited = "Mine", ["title"]
            locked.save(update_fields=["title", "edited"])
        assert finishing.exception(20) is None
    transcript.refresh_from_db()
    assert transcript.title == "Mine"

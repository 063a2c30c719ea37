"""What was said, with doubtful words marked, without loading every word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from transcripts.domain.spoken import segments, shown
from transcripts.models import Transcript, Utterance

TRUSTED = [{"text": " Hello", "start": 0.0, "end": 1.0}, {"text": " there.", "start": 1.0, "end": 2.0, "suspect": ""}]
DOUBTED = [TRUSTED[0], {**TRUSTED[1], "suspect": "silence"}]


def utterance(transcript: Transcript, position: int, words: list[dict[str, Any]]) -> Utterance:
    text = "".join(word["text"] for word in words).strip()
    return Utterance(transcript=transcript, position=position, start=0, end=2, text=text, words=words)


def test_marks_stand_around_what_is_doubted(transcript: Transcript) -> None:
    Utterance.objects.bulk_create([utterance(transcript, 0, TRUSTED), utterance(transcript, 1, DOUBTED)])
    assert [segment.text for segment in segments(transcript)] == ["Hello there.", "Hello [there.?]"]


def _saved(one: Utterance) -> None:
    one.save(update_fields=["words"])


def _bulk(one: Utterance) -> None:
    Utterance.objects.bulk_update([one], ["words"])


def _updated(one: Utterance) -> None:
    Utterance.objects.filter(pk=one.pk).update(words=one.words)


@pytest.mark.parametrize("write", [_saved, _bulk, _updated])
def test_the_database_knows_of_doubt_whoever_writes_the_words(
    transcript: Transcript, write: Callable[[Utterance], None]
) -> None:
    one = utterance(transcript, 0, TRUSTED)
    one.save()
    for words, expected in ((DOUBTED, "Hello [there.?]"), (TRUSTED, "Hello there.")):
        one.words = words
        write(one)
        assert segments(transcript)[0].text == expected == shown(one.text, one.words)


def test_trusted_words_stay_in_the_database(transcript: Transcript) -> None:
    Utterance.objects.bulk_create([utterance(transcript, 0, TRUSTED), utterance(transcript, 1, DOUBTED)])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        segments(transcript)
    with connection.cursor() as cursor:
        cursor.execute(next(query["sql"] for query in queries if "CASE" in query["sql"]))
        assert [row[-1] is None for row in cursor.fetchall()] == [True, False]


@given(st.lists(st.tuples(st.text(max_size=8), st.booleans()), max_size=12))
def test_without_doubt_the_text_is_what_the_words_show(said: list[tuple[str, bool]]) -> None:
    words = [{"text": text, **({"suspect": "rate"} if suspect else {})} for text, suspect in said]
    text = "".join(text for text, _ in said).strip()
    doubted = any(suspect for _, suspect in said)
    assert shown(text, words if doubted else ()) == shown(text, words)

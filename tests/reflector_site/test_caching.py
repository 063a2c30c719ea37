"""What a client has already is not sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from transcripts.models import Topic, Transcript, Utterance

Say = Callable[..., Topic]


@pytest.mark.parametrize("address", ["", "/topics", "/topics/with-words"])
def test_what_has_not_changed_is_304(owners: APIClient, transcript: Transcript, say: Say, address: str) -> None:
    say(transcript, (0, "Hello there."))
    first = owners.get(f"/v1/transcripts/{transcript.pk}{address}")
    assert first["Cache-Control"] == "private, no-cache"
    again = owners.get(f"/v1/transcripts/{transcript.pk}{address}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


@pytest.mark.parametrize("address", ["", "/topics", "/topics/with-words"])
def test_an_edit_of_any_word_is_seen(owners: APIClient, transcript: Transcript, say: Say, address: str) -> None:
    say(transcript, (0, "Hello there."))
    tag = owners.get(f"/v1/transcripts/{transcript.pk}{address}")["ETag"]
    words = [{"text": " Hi", "start": 0.0, "end": 1.0}]
    Utterance.objects.filter(transcript=transcript).update(words=words, text="Hi")
    answer = owners.get(f"/v1/transcripts/{transcript.pk}{address}", headers={"If-None-Match": tag})
    assert (answer.status_code, answer["ETag"] == tag) == (200, False)


def test_a_tag_that_came_with_a_compressed_answer(owners: APIClient, transcript: Transcript, say: Say) -> None:
    say(transcript, *[(number, "Hello there.") for number in range(30)])
    tag = owners.get(f"/v1/transcripts/{transcript.pk}/topics", headers={"Accept-Encoding": "gzip"})["ETag"]
    assert tag.startswith('W/"')
    again = owners.get(f"/v1/transcripts/{transcript.pk}/topics", headers={"If-None-Match": tag})
    assert again.status_code == 304

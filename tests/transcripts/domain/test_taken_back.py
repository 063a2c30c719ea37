"""What was corrected or taken away is not told by the log either: who may read can read it from the beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from reflector_site.events.models import Event
from transcripts.domain import results
from transcripts.domain.change import update_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.domain.participants import add_participant, change_participant
from transcripts.domain.words import edit_text
from transcripts.enums import ShareMode
from transcripts.events import TranscriptLines, announce
from transcripts.models import Topic, Transcript

pytestmark = pytest.mark.django_db

Say = Callable[..., Topic]
SECRET = "mulberry"


@pytest.fixture
def talk(transcript: Transcript, owner: User, say: Say) -> Transcript:
    """A public talk whose words, people, title, summaries and items once named a secret."""
    say(transcript, (0, f"the code is {SECRET}"), (1, "fine by me"))
    results.save_topics(transcript, [(0, 1, "Code", "")])
    announce(transcript, TranscriptLines(text=f"the code is {SECRET}", translation=f"der Code ist {SECRET}"))
    person = add_participant(transcript, by=owner, name=SECRET, speaker=0)
    update_transcript(transcript, by=owner, share_mode=ShareMode.PUBLIC)
    for word in (SECRET, "harmless"):
        items = {"decisions": [{"decision": word, "rationale": None, "decided_by": None}], "next_steps": []}
        update_transcript(transcript, by=owner, title=word, short_summary=word, long_summary=word, action_items=items)
    change_participant(transcript, by=owner, participant_id=person.pk, name="Ann")
    row = transcript.utterances.all()[0]
    edit_text(transcript, by=owner, utterance_id=row.pk, text="the code is secret", seen=row.text)
    return transcript


def told(stream: str) -> list[tuple[int, str, Any]]:
    return list(Event.objects.filter(stream_id=stream).order_by("seq").values_list("seq", "name", "data"))


def test_a_stranger_reads_nothing_in_the_log_that_was_taken_back(talk: Transcript, anonymous: APIClient) -> None:
    found = anonymous.get(f"/v1/transcripts/{talk.pk}/events?since=0")
    assert SECRET not in found.content.decode()
    assert "harmless" in found.content.decode()


def test_numbers_stay_as_they_were(talk: Transcript) -> None:
    found = told(talk.stream_key)
    assert [seq for seq, _, _ in found] == [*range(1, len(found) + 1)]
    assert [data for _, name, data in found if name == "FINAL_TITLE"] == [{"title": "harmless"}] * 2


def test_topics_that_are_found_anew_take_the_place_of_those_before(talk: Transcript) -> None:
    before = {data["id"] for _, name, data in told(talk.stream_key) if name == "TOPIC"}
    results.save_topics(talk, [(0, 1, "Again", "")])
    after = {data["id"] for _, name, data in told(talk.stream_key) if name == "TOPIC"}
    assert after == {str(topic.pk) for topic in talk.topics.all()}
    assert not before & after


def test_the_list_of_all_does_not_tell_titles_from_before(talk: Transcript) -> None:
    assert SECRET not in str(told("shared"))


def test_a_title_is_told_no_more_where_the_transcript_is_no_longer_listed(talk: Transcript, owner: User) -> None:
    update_transcript(talk, by=owner, share_mode=ShareMode.PRIVATE)
    assert "harmless" not in str(told("shared"))
    assert "harmless" in str(told(f"user:{owner.pk}"))


def test_nor_where_it_is_deleted(talk: Transcript, owner: User) -> None:
    delete_transcript(talk, by=owner)
    assert "harmless" not in str(told("shared")) + str(told(f"user:{owner.pk}"))

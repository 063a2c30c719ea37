"""take and restore: whatever happens in between, the transcript holds again what it held."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from transcripts.domain import results, snapshot
from transcripts.engines.base import EngineInfo, Word
from transcripts.models import Captions, Topic, Transcript

pytestmark = pytest.mark.django_db

Say = Callable[..., Topic]


def holds(transcript: Transcript) -> dict[str, Any]:
    found = Transcript.objects.get(pk=transcript.pk)
    return snapshot.take(found) | {"fields": {name: getattr(found, name) for name in snapshot.FIELDS}}


def without_ids(value: dict[str, Any]) -> dict[str, Any]:
    """Utterances get new rows; nothing points at them. Topics are linked to, so they keep their ids."""
    return {**value, "utterances": [{k: v for k, v in row.items() if k != "id"} for row in value["utterances"]]}


@pytest.fixture
def full(transcript: Transcript, say: Say) -> Transcript:
    say(transcript, (0, "we ship on monday"), (1, "fine"), title="Shipping")
    say(transcript, (0, "and the budget"), title="Budget")
    transcript.title, transcript.short_summary, transcript.duration = "Weekly", "We ship.", 9000.0
    transcript.summary_citations = {"short": [{"text": "We ship.", "seconds": [0.0]}]}
    transcript.waveform, transcript.engines = [0.5] * 255, {"title": {"engine": "canned"}}
    transcript.action_items = {"decisions": [], "next_steps": []}
    transcript.quality = {"score": 81, "reasons": []}
    transcript.save()
    return transcript


def change_everything(transcript: Transcript) -> None:
    results.replace_words(transcript, [Word(" other", 0, 1)], language="de")
    results.save_topics(transcript, [(0, 0, "Other", "Else.")])
    results.save_title(transcript, "Other")
    results.save_media(transcript, duration=1.0, waveform=[0.1])
    results.record_engine(transcript, "topics", EngineInfo("other", "m", "2"))


def test_it_is_plain_json(full: Transcript) -> None:
    taken = snapshot.take(full)
    assert json.loads(json.dumps(taken)) == taken


def test_restoring_gives_everything_back(full: Transcript) -> None:
    before = holds(full)
    taken = json.loads(json.dumps(snapshot.take(full)))
    change_everything(full)
    assert without_ids(holds(full)) != without_ids(before)
    snapshot.restore(full, taken)
    assert without_ids(holds(full)) == without_ids(before)


def test_restoring_an_empty_transcript_empties_it(transcript: Transcript) -> None:
    taken = snapshot.take(transcript)
    change_everything(transcript)
    snapshot.restore(transcript, taken)
    assert holds(transcript) == taken


def test_the_status_is_left_to_the_caller(full: Transcript) -> None:
    taken = snapshot.take(full)
    Transcript.objects.filter(pk=full.pk).update(status="processing", error="")
    snapshot.restore(full, {**taken, "fields": {**taken["fields"], "status": "error", "error": "Old."}})
    found = Transcript.objects.get(pk=full.pk)
    assert (found.status, found.error) == ("processing", "")


def test_what_people_set_is_not_touched(full: Transcript, named: Callable[..., Any]) -> None:
    named(full, 0, "Anna")
    taken = snapshot.take(full)
    Transcript.objects.filter(pk=full.pk).update(name="Renamed", reviewed=True, share_mode="public")
    snapshot.restore(full, taken)
    found = Transcript.objects.get(pk=full.pk)
    assert (found.name, found.reviewed, found.share_mode) == ("Renamed", True, "public")
    assert [person.name for person in found.participants.all()] == ["Anna"]


def test_clearing_forgets_what_was_found(full: Transcript, named: Callable[..., Any]) -> None:
    named(full, 0, "Anna")
    snapshot.clear(full)
    found = holds(full)
    assert (found["topics"], found["utterances"]) == ([], [])
    assert found["fields"] == {
        "status": "idle",
        "error": "",
        "duration": 0,
        "detected_language": "",
        "title": None,
        "short_summary": None,
        "long_summary": None,
        "summary_citations": {},
        "action_items": None,
        "waveform": None,
        "engines": {},
        "quality": None,
        "edited": [],
        "name": "Weekly",
        "source_title": "",
        "source_description": "",
        "source_author": "",
        "source_published_at": None,
    }
    assert full.participants.count() == 1


@pytest.mark.parametrize("count", [1, 100])
def test_the_cost_does_not_grow_with_the_length(
    transcript: Transcript, say: Say, django_assert_num_queries: Callable[..., Any], count: int
) -> None:
    for n in range(count):
        say(transcript, (0, "hello"), title=str(n))
    fresh = Transcript.objects.get(pk=transcript.pk)
    with django_assert_num_queries(4):
        taken = snapshot.take(fresh)
    # fields; captions and utterances gone, with what hangs on them; topics read, unlinked and gone; all written anew
    with django_assert_num_queries(10):
        snapshot.restore(fresh, taken)


def test_captions_and_source_are_put_back(transcript: Transcript) -> None:
    cues = [{"start": 0.0, "end": 1.0, "text": "Hello"}]
    Captions.objects.create(transcript=transcript, language="en", kind="manual", name="English", cues=cues)
    transcript.source_title, transcript.source_published_at = "Before", datetime(2026, 1, 2, tzinfo=UTC)
    transcript.save()
    taken = json.loads(json.dumps(snapshot.take(transcript)))
    transcript.captions.all().delete()
    transcript.source_title, transcript.source_published_at = "After", None
    transcript.save()

    snapshot.restore(transcript, taken)
    transcript.refresh_from_db()
    assert (transcript.source_title, transcript.source_published_at) == ("Before", datetime(2026, 1, 2, tzinfo=UTC))
    assert transcript.captions.values_list("language", "kind", "name", "cues").get() == (
        "en",
        "manual",
        "English",
        cues,
    )

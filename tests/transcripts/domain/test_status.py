"""The status machine: one table, announced changes, no way around it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from django.db import transaction

from reflector_site.events.models import Event
from transcripts.domain.status import TRANSITIONS, WrongTransition, set_status
from transcripts.enums import TranscriptStatus
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db

S = TranscriptStatus
ALLOWED = [(before, after) for before, targets in TRANSITIONS.items() for after in sorted(targets)]
REFUSED = [pair for pair in itertools.permutations(S, 2) if pair not in ALLOWED]


def events(transcript: Transcript) -> list[tuple[str, object]]:
    return list(Event.objects.filter(stream_id=transcript.stream_key).order_by("seq").values_list("name", "data"))


def test_every_status_has_a_line_in_the_table() -> None:
    assert set(TRANSITIONS) == set(S)


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_what_the_table_has_is_done_and_announced(
    new_transcript: Callable[..., Transcript], before: S, after: S
) -> None:
    transcript = new_transcript(status=before)
    set_status(transcript, after)
    transcript.refresh_from_db()
    assert transcript.status == after
    assert events(transcript) == [("STATUS", {"value": after.value})]


@pytest.mark.parametrize(("before", "after"), REFUSED)
def test_what_it_does_not_have_is_refused(new_transcript: Callable[..., Transcript], before: S, after: S) -> None:
    transcript = new_transcript(status=before)
    with pytest.raises(WrongTransition, match=f"cannot go from {before} to {after}"):
        set_status(transcript, after)
    transcript.refresh_from_db()
    assert transcript.status == before
    assert events(transcript) == []


def test_the_same_again_is_silent(new_transcript: Callable[..., Transcript]) -> None:
    transcript = new_transcript(status=S.PROCESSING)
    set_status(transcript, S.PROCESSING)
    assert events(transcript) == []


def test_an_error_has_its_reason_and_loses_it_with_the_next_attempt(new_transcript: Callable[..., Transcript]) -> None:
    transcript = new_transcript(status=S.PROCESSING)
    set_status(transcript, S.ERROR, error="The disk is full.")
    transcript.refresh_from_db()
    assert transcript.error == "The disk is full."
    set_status(transcript, S.UPLOADED)
    transcript.refresh_from_db()
    assert transcript.error == ""


def test_the_row_decides_and_not_what_somebody_read_earlier(new_transcript: Callable[..., Transcript]) -> None:
    transcript = new_transcript(status=S.PROCESSING)
    stale = Transcript.objects.get(pk=transcript.pk)
    set_status(transcript, S.ENDED)
    with pytest.raises(WrongTransition):
        set_status(stale, S.ERROR, error="Too late.")


def test_only_its_own_columns_are_written(new_transcript: Callable[..., Transcript]) -> None:
    transcript = new_transcript(status=S.PROCESSING, title="Old")
    Transcript.objects.filter(pk=transcript.pk).update(title="Renamed meanwhile")
    set_status(transcript, S.ENDED)
    assert Transcript.objects.get(pk=transcript.pk).title == "Renamed meanwhile"


def test_the_owner_is_told_too(new_transcript: Callable[..., Transcript]) -> None:
    transcript = new_transcript(status=S.PROCESSING)
    with transaction.atomic():
        set_status(transcript, S.ENDED)
    last = Event.objects.filter(stream_id=f"user:{transcript.user_id}").order_by("seq").last()
    assert last is not None
    assert (last.name, last.data) == ("TRANSCRIPT_STATUS", {"id": str(transcript.pk), "value": "ended"})

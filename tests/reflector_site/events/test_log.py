"""The event log: numbers, payloads, and where it may be written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import ValidationError

from reflector_site.events import log
from reflector_site.events.models import Event, Stream
from transcripts.events import FinalTitle, Status


@pytest.mark.django_db
def test_a_stream_counts_from_one_without_gaps() -> None:
    assert [log.append("a", Status(value=str(n))).seq for n in range(3)] == [1, 2, 3]
    assert Stream.objects.get(key="a").last_seq == 3


@pytest.mark.django_db
def test_streams_count_apart() -> None:
    log.append("a", Status(value="idle"))
    assert log.append("b", Status(value="idle")).seq == 1
    assert log.append("a", Status(value="ended")).seq == 2


@pytest.mark.django_db
def test_an_event_keeps_its_name_and_data() -> None:
    log.append("a", FinalTitle(title="Weekly"))
    event = Event.objects.get()
    assert (event.stream_id, event.seq, event.name, event.data) == ("a", 1, "FINAL_TITLE", {"title": "Weekly"})
    assert str(event) == "a #1 FINAL_TITLE"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="inside the transaction"):
        log.append("a", Status(value="idle"))
    assert not Stream.objects.exists()


def test_an_undeclared_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        Status(value="idle", colour="green")  # type: ignore[call-arg]


def test_a_payload_does_not_change() -> None:
    payload = Status(value="idle")
    with pytest.raises(ValidationError):
        payload.value = "ended"  # type: ignore[misc]


@pytest.mark.django_db
def test_the_database_refuses_a_number_twice() -> None:
    log.append("a", Status(value="idle"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(stream_id="a", seq=1, name="STATUS", data={})


@pytest.mark.django_db
def test_streams_of_jobs_are_forgotten_with_their_last_event_and_others_keep_their_number() -> None:
    for key in ("job:1", "job:2", "transcript:1"):
        log.append(key, Status(value="idle"))
    long_ago = timezone.now() - timedelta(days=365)
    Event.objects.exclude(stream="job:2").update(created_at=long_ago)
    assert log.sweep() == 2
    assert set(Stream.objects.values_list("key", "last_seq")) == {("job:2", 1), ("transcript:1", 1)}
    assert log.append("transcript:1", Status(value="ended")).seq == 2

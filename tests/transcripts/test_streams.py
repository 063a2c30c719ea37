"""Which streams there are, who may watch them, and what clients of the replaced system are sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import User
from reflector_site.events import registry
from transcripts import streams
from transcripts.enums import RunState, ShareMode, TranscriptStatus
from transcripts.models import Run, Transcript

New = Callable[..., Transcript]


def may(user: User, key: str) -> bool:
    try:
        registry.kind_of(key).authorize(user, key)
    except PermissionDenied:
        return False
    return True


def test_what_clients_of_the_replaced_system_know() -> None:
    """Nine events of a transcript and five of a list; of those before they came, all but the words and the status."""
    nine = {"STATUS", "DURATION", "WAVEFORM", "TRANSCRIPT", "TOPIC", "FINAL_TITLE"}
    nine |= {"FINAL_SHORT_SUMMARY", "FINAL_LONG_SUMMARY", "ACTION_ITEMS"}
    five = {"TRANSCRIPT_CREATED", "TRANSCRIPT_DELETED", "TRANSCRIPT_STATUS", "TRANSCRIPT_FINAL_TITLE"}
    five |= {"TRANSCRIPT_DURATION"}
    assert streams.TRANSCRIPT.known == nine
    assert streams.TRANSCRIPT.replayed == nine - {"STATUS", "TRANSCRIPT"}
    assert (streams.USER.known, streams.USER.replayed) == (five, frozenset())


@pytest.mark.django_db
def test_a_transcript_is_watched_by_those_who_may_read_it(owner: User, stranger: User, new_transcript: New) -> None:
    private, shared = new_transcript(), new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    admin = User.objects.create_superuser("admin@example.org", "correct horse battery")
    for transcript, seen in ((private, [True, False, True]), (shared, [True, True, True])):
        assert [may(user, transcript.stream_key) for user in (owner, stranger, admin)] == seen
        job = f"job:{Run.objects.create(transcript=transcript, plan='file', before={}).pk}"
        assert may(owner, job)
        assert may(admin, job)
        if transcript is shared:
            assert may(stranger, job)
        else:
            with pytest.raises(Http404):  # as for one that does not exist
                may(stranger, job)


@pytest.mark.django_db
def test_lists_are_watched_by_their_owner(owner: User, stranger: User) -> None:
    assert may(owner, f"user:{owner.pk}")
    assert not may(stranger, f"user:{owner.pk}")
    assert may(owner, "shared")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["transcript", "job"])
def test_there_is_one_way_to_write_a_stream(owner: User, transcript: Transcript, kind: str) -> None:
    run = Run.objects.create(transcript=transcript, plan="file", before={})
    key = transcript.pk if kind == "transcript" else run.pk
    assert may(owner, f"{kind}:{key}")
    for other in (uuid.uuid4(), key.hex, f"{{{key}}}", f"urn:uuid:{key}", f" {key}", f"{key}:", "", "7", "\0"):
        with pytest.raises(Http404):
            may(owner, f"{kind}:{other}")
    with pytest.raises(Http404):
        may(owner, "shared:x")


@pytest.mark.django_db
def test_when_it_is_over(new_transcript: New) -> None:
    over = {TranscriptStatus.ENDED, TranscriptStatus.ERROR}
    for status in TranscriptStatus:
        transcript = new_transcript(status=status)
        assert streams.TRANSCRIPT.is_over(transcript.stream_key) is (status in over)
    for state in RunState:
        run = Run.objects.create(transcript=new_transcript(), plan="file", before={}, state=state)
        assert streams.JOB.is_over(f"job:{run.pk}") is (state != RunState.ACTIVE)

"""The streams that tell of transcripts: what travels on each, and who may watch."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.guests import Asker
from reflector_site.events.registry import StreamKind, register
from transcripts import events, job_events
from transcripts.access import readable, signed_in
from transcripts.enums import RunState, TranscriptStatus
from transcripts.models import Run, Transcript

FINAL = (TranscriptStatus.ENDED, TranscriptStatus.ERROR)
NO_JOB = "Job not found"


def id_in(stream_key: str) -> uuid.UUID:
    """The id of what a stream tells of. Raises Http404."""
    text = stream_key.partition(":")[2]
    try:
        found = uuid.UUID(text)
    except ValueError as error:
        raise Http404("There is no such stream.") from error
    if str(found) != text:  # there are other ways to write it, and nothing is ever sent to a stream so called
        raise Http404("There is no such stream.")
    return found


def _may_read(asker: Asker, stream_key: str) -> None:
    readable(asker, id_in(stream_key))


def _transcript_is_over(stream_key: str) -> bool:
    return Transcript.objects.filter(pk=id_in(stream_key), status__in=FINAL).exists()


def _is_theirs(asker: Asker, stream_key: str) -> None:
    if id_in(stream_key) != asker.pk:
        raise PermissionDenied("These are the lists of somebody else.")


def _is_anybodys(asker: Asker, stream_key: str) -> None:
    """Of everybody with an account: it tells what is shared with them, too."""
    if stream_key != events.SHARED:
        raise Http404("There is no such stream.")
    signed_in(asker)


TRANSCRIPT = register(
    StreamKind(
        "transcript",
        union="TranscriptEvent",
        payloads=(
            events.Status,
            events.Duration,
            events.Waveform,
            events.TranscriptLines,
            events.TopicFound,
            events.FinalTitle,
            events.FinalShortSummary,
            events.FinalLongSummary,
            events.ActionItemsFound,
            events.Progress,
            events.ParticipantsChanged,
            events.Updated,
            events.AudioDeleted,
            events.Cancelled,
        ),
        authorize=_may_read,
        is_over=_transcript_is_over,
        endings=frozenset({"STATUS"}),
        known=frozenset(
            {"STATUS", "DURATION", "WAVEFORM", "TRANSCRIPT", "TOPIC", "FINAL_TITLE"}
            | {"FINAL_SHORT_SUMMARY", "FINAL_LONG_SUMMARY", "ACTION_ITEMS"}
        ),
        replayed=frozenset(
            {"DURATION", "WAVEFORM", "TOPIC", "FINAL_TITLE"}
            | {"FINAL_SHORT_SUMMARY", "FINAL_LONG_SUMMARY", "ACTION_ITEMS"}
        ),
    )
)

_OF_LISTS = (
    events.TranscriptCreated,
    events.TranscriptDeleted,
    events.TranscriptStatusChanged,
    events.TranscriptTitled,
    events.TranscriptMeasured,
    events.TranscriptProgress,
    events.TranscriptUpdated,
)


def _may_read_job(asker: Asker, stream_key: str) -> None:
    """The job of another does not exist, as `GET /v1/jobs/{id}` has it; none does for strangers."""
    try:
        readable(signed_in(asker), transcript_of_job(stream_key))
    except PermissionDenied as error:
        raise Http404(NO_JOB) from error


def transcript_of_job(stream_key: str) -> uuid.UUID:
    """Raises Http404 when there is no such job, or no longer."""
    run = Run.objects.filter(pk=id_in(stream_key)).values_list("transcript", flat=True).first()
    if run is None:
        raise Http404(NO_JOB)
    return run


def _job_is_over(stream_key: str) -> bool:
    return not Run.objects.filter(pk=id_in(stream_key), state=RunState.ACTIVE).exists()


_ENDS = frozenset({"complete", "error", "cancelled"})

JOB = register(
    StreamKind(
        "job",
        union="JobMessage",
        payloads=(
            job_events.JobProgress,
            job_events.StageChange,
            job_events.JobComplete,
            job_events.JobFailed,
            job_events.JobCancelled,
        ),
        authorize=_may_read_job,
        is_over=_job_is_over,
        endings=_ENDS,
        replayed=_ENDS,
        passing=True,
        name_key="type",
    )
)

USER = register(
    StreamKind(
        "user",
        union="UserEvent",
        payloads=_OF_LISTS,
        authorize=_is_theirs,
        known=frozenset(
            {"TRANSCRIPT_CREATED", "TRANSCRIPT_DELETED", "TRANSCRIPT_STATUS", "TRANSCRIPT_FINAL_TITLE"}
            | {"TRANSCRIPT_DURATION"}
        ),
        replayed=frozenset(),
    )
)

SHARED = register(
    StreamKind(events.SHARED, union="UserEvent", payloads=_OF_LISTS, authorize=_is_anybodys, replayed=frozenset())
)

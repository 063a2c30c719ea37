"""The sockets of transcripts. What they say and how is in reflector_site/events/sockets.py."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.urls import path

from accounts import audit
from accounts.enums import AuditAction
from accounts.guests import Asker
from reflector_site.events import log
from reflector_site.events.frames import Frame
from reflector_site.events.registry import kind_of
from reflector_site.events.sockets import EventSocket
from transcripts.access import changeable
from transcripts.models import Run
from transcripts.pipeline import ledger, progress, runs
from transcripts.streams import id_in, transcript_of_job


class _Socket(EventSocket):
    def cancel(self, user: Asker, stream: str) -> bool:
        match stream.partition(":")[0]:
            case "transcript":
                return _noted(runs.cancel(changeable(user, id_in(stream))), user, id_in(stream))
            case "job":
                kind_of(stream).authorize(user, stream)
                transcript = changeable(user, transcript_of_job(stream))
                return _noted(ledger.cancel(Run.objects.get(pk=id_in(stream))), user, transcript.pk)
            case _:
                raise Http404("There is nothing here to cancel.")


def _noted(cancelled: bool, user: Asker, transcript_id: UUID) -> bool:  # noqa: FBT001 -- what it passes on
    if cancelled:
        audit.record(user, AuditAction.PROCESSED, f"transcript:{transcript_id}", what="cancel")
    return cancelled


class TranscriptSocket(_Socket):
    closes_when_over = True
    for_strangers = True

    def stream_of(self, user: Asker, id: UUID | None) -> str:
        return f"transcript:{id}"


class UserSocket(_Socket):
    def stream_of(self, user: Asker, id: UUID | None) -> str:
        return f"user:{user.pk}"


class JobSocket(_Socket):
    closes_when_over = True

    def stream_of(self, user: Asker, id: UUID | None) -> str:
        return f"job:{id}"

    def greeting(self, stream: str) -> list[Frame]:
        """How far it is now; after the end, the end follows from the log."""
        run = Run.objects.filter(pk=id_in(stream)).select_related("transcript").first()
        return [] if run is None else [log.frame_of(stream, progress.snapshot_of(run))]


websocket_urlpatterns = [
    path("v1/transcripts/<uuid:id>/events", TranscriptSocket.as_asgi()),
    path("v1/events", UserSocket.as_asgi()),
    path("v1/jobs/<uuid:id>/progress", JobSocket.as_asgi()),
]

"""The sockets of transcripts. What they say and how is in reflector_site/events/sockets.py."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.urls import path

from accounts.models import User
from reflector_site.events.sockets import EventSocket
from transcripts.access import changeable
from transcripts.pipeline import runs
from transcripts.streams import id_in


class _Socket(EventSocket):
    def cancel(self, user: User, stream: str) -> bool:
        if not stream.startswith("transcript:"):
            raise Http404("There is nothing here to cancel.")
        return runs.cancel(changeable(user, id_in(stream)))


class TranscriptSocket(_Socket):
    closes_when_over = True

    def stream_of(self, user: User, id: UUID | None) -> str:
        return f"transcript:{id}"


class UserSocket(_Socket):
    def stream_of(self, user: User, id: UUID | None) -> str:
        return f"user:{user.pk}"


websocket_urlpatterns = [
    path("v1/transcripts/<uuid:id>/events", TranscriptSocket.as_asgi()),
    path("v1/events", UserSocket.as_asgi()),
]

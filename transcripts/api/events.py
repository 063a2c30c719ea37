"""The event logs of transcripts and of lists of them, as JSON or as server-sent events."""

from __future__ import annotations

import uuid

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from accounts.permissions import AnybodyToRead
from reflector_site.events.http import EventLog, described
from transcripts import job_events
from transcripts.access import signed_in
from transcripts.events import SHARED


class TranscriptEvents(EventLog):
    permission_classes = (AnybodyToRead,)

    @described("v1_transcript_events", "TranscriptEvent")
    def get(self, request: Request, transcript_id: uuid.UUID) -> HttpResponseBase:
        """What happened to a transcript after the event that you name, in order and without gaps."""
        return self.answer(request, f"transcript:{transcript_id}")


class UserEvents(EventLog):
    @described("v1_user_events", "UserEvent")
    def get(self, request: Request) -> HttpResponseBase:
        """What happened to your own transcripts, as lists show it."""
        return self.answer(request, f"user:{signed_in(request.user).pk}")


class JobEvents(EventLog):
    @described("v1_job_events", "JobMessage")
    def get(self, request: Request, run_id: uuid.UUID) -> HttpResponseBase:
        """What happened to one processing of a transcript; "type" says what it is."""
        return self.answer(request, job_events.stream_of(run_id))


class SharedEvents(EventLog):
    @described("v1_shared_events", "UserEvent")
    def get(self, request: Request) -> HttpResponseBase:
        """What happened to transcripts that are shared with everybody."""
        return self.answer(request, SHARED)

"""A recording that is being made, as verbs outside `transcripts.live` see it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from transcripts.models import LiveRecording, Transcript


def recording_since(transcript: Transcript) -> datetime | None:
    """When the first sound of what is being recorded came; None before, and when nothing is."""
    open_now = LiveRecording.objects.filter(upload__transcript=transcript, upload__finished_at=None)
    return open_now.values_list("began_at", flat=True).first()


def request_stop(transcript: Transcript) -> bool:
    """Stop recording; what is here becomes the transcript. False when nothing is being recorded.

    The recorder that holds it ends it within a second or two; if none does, `transcripts.live.keeping.recover` will.
    """
    open_now = LiveRecording.objects.filter(upload__transcript=transcript, upload__finished_at=None)
    open_now.filter(stop_wanted_at=None).update(stop_wanted_at=timezone.now())
    return open_now.exists()

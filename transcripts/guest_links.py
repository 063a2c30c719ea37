"""Guests' links to transcripts: which there are, and what they look like."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Grant
from transcripts.models import Transcript


def grants_to(transcript: Transcript) -> QuerySet[Grant]:
    """All that were given out, newest first, with those that have ended."""
    return Grant.objects.filter(subject=transcript.stream_key)


def link_to(transcript: Transcript, secret: str = "") -> str:
    """The address of its page for others; with a secret, that for a guest."""
    address = f"{settings.BASE_URL}{reverse('transcript', args=[transcript.pk])}"
    return f"{address}?grant={secret}" if secret else address

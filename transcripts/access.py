"""Who may read and who may change a transcript: the one place that API, pages and sockets ask.

Refusals are Django's own exceptions, which pages and REST framework alike turn into 404 and 403.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import User
from transcripts.models import Transcript, TranscriptQuerySet


def readable(
    user: User | AnonymousUser, transcript_id: uuid.UUID, *, among: TranscriptQuerySet | None = None
) -> Transcript:
    """The transcript, for reading. `among` says what to fetch with it.

    Raises Http404 "Transcript not found", or PermissionDenied "Transcript access denied" when it is another's.
    """
    candidates = Transcript.objects.all() if among is None else among
    found = candidates.visible_to(signed_in(user)).filter(pk=transcript_id).first()
    if found is None and Transcript.objects.filter(pk=transcript_id).exists():
        raise PermissionDenied("Transcript access denied")
    if found is None:
        raise Http404("Transcript not found")
    return found


def changeable(user: User | AnonymousUser, transcript_id: uuid.UUID) -> Transcript:
    """The transcript, to change, upload to, process, cancel or delete.

    Raises what `readable` raises, or PermissionDenied "Not authorized" for one that may only be read.
    """
    found = Transcript.objects.changeable_by(signed_in(user)).filter(pk=transcript_id).first()
    if found is None:
        readable(user, transcript_id)
        raise PermissionDenied("Not authorized")
    return found


def may_change(user: User | AnonymousUser, transcript: Transcript) -> bool:
    """Whether `changeable` would give it out: decides what is shown to whom of a transcript that is at hand."""
    return not isinstance(user, AnonymousUser) and (user.is_superuser or transcript.user_id == user.pk)


def signed_in(user: User | AnonymousUser) -> User:
    """The user as one who is known. Doors let nobody else in; this is the second lock."""
    if isinstance(user, AnonymousUser):
        raise PermissionDenied("Not authenticated")
    return user

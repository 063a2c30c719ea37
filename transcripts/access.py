"""Who may read and who may change a transcript: the one place that API, pages and sockets ask.

Refusals are Django's own exceptions, which pages and REST framework alike turn into 404 and 403.
"""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.enums import Scope
from accounts.guests import Asker
from accounts.models import User
from accounts.permissions import WRONG_SCOPE
from transcripts.models import Participant, Transcript, TranscriptQuerySet


def readable(user: Asker, transcript_id: uuid.UUID, *, among: TranscriptQuerySet | None = None) -> Transcript:
    """The transcript, for reading. `among` says what to fetch with it.

    Raises Http404 "Transcript not found", or PermissionDenied "Transcript access denied" when it is another's.
    """
    candidates = Transcript.objects.all() if among is None else among
    _within(user, Scope.READ)
    found = candidates.visible_to(user).filter(pk=transcript_id).first()
    if found is None and Transcript.objects.filter(pk=transcript_id).exists():
        raise PermissionDenied("Transcript access denied")
    if found is None:
        raise Http404("Transcript not found")
    return found


def changeable(user: Asker, transcript_id: uuid.UUID) -> Transcript:
    """The transcript, to change, upload to, process, cancel or delete.

    Raises what `readable` raises, or PermissionDenied "Not authorized" for one that may only be read.
    """
    _within(user, Scope.WRITE)
    found = Transcript.objects.changeable_by(user).filter(pk=transcript_id).first()
    if found is None:
        readable(user, transcript_id)
        raise PermissionDenied("Not authorized")
    return found


def may_change(user: Asker, transcript: Transcript) -> bool:
    """Whether `changeable` would give it out: decides what is shown to whom of a transcript that is at hand."""
    return isinstance(user, User) and user.may(Scope.WRITE) and (user.is_admin or transcript.user_id == user.pk)


def may_see_address(user: Asker, participant: Participant) -> bool:
    """Whether they are told the e-mail address of a participant.

    Owner and admins are, and each person sees their own. Nobody else is: whoever shares a transcript, with a room, with
    everybody here or with the world, does not give away the addresses of the people in it.
    """
    if not isinstance(user, User):
        return False
    return user.is_admin or user.pk in (participant.user_id, participant.transcript.user_id)


def signed_in(user: Asker) -> User:
    """The user as one who is known. Doors let nobody else in; this is the second lock."""
    if not isinstance(user, User):
        raise PermissionDenied("Not authenticated")
    return user


def _within(user: Asker, scope: Scope) -> None:
    if isinstance(user, User) and not user.may(scope):
        raise PermissionDenied(WRONG_SCOPE.format(scope=scope))

"""Locks on a whole transcript. Taken in the order in which workers take them: its runs, itself, its event stream."""

from __future__ import annotations

import uuid

from django.db import transaction

from transcripts.domain.refusals import InTheWay, NotThere
from transcripts.enums import RunState
from transcripts.models import Run, Transcript


def lock_with_runs(transcript_id: uuid.UUID) -> Transcript | None:
    """Lock its runs and then the transcript, for what workers may be busy with; None when it is gone.

    Called inside a transaction. A run that begins between the two is not locked yet, and a worker may hold it and
    wait for the transcript: all locks are let go, by going back to the savepoint, and taken again.
    """
    while True:
        with transaction.atomic():
            runs = set(Run.objects.select_for_update().filter(transcript=transcript_id).values_list("pk", flat=True))
            transcript = Transcript.objects.select_for_update().filter(pk=transcript_id).first()
            if runs == set(Run.objects.filter(transcript=transcript_id).values_list("pk", flat=True)):
                return transcript
            transaction.set_rollback(True)


def lock(transcript: Transcript) -> Transcript:
    """Its row as it is now, for an edit that runs do not undo. Raises NotThere when it has been deleted."""
    found = Transcript.objects.select_for_update().filter(pk=transcript.pk).first()
    if found is None:
        raise NotThere("Transcript not found")
    return found


def lock_words(transcript: Transcript) -> Transcript:
    """Its row as it is now, for an edit of its words. Raises InTheWay while a run is at work, which replaces them.

    A run that translates them replaces none: what is edited meanwhile is out of date in the other language.
    """
    found = lock_with_runs(transcript.pk)
    if found is None:
        raise NotThere("Transcript not found")
    if found.runs.filter(state=RunState.ACTIVE, language="").exists():
        raise InTheWay(
            "This transcript is being processed, which may replace its words. Wait until it has ended, or cancel it."
        )
    return found

"""Locks on a whole transcript, for verbs that replace or remove what workers may be busy with."""

from __future__ import annotations

import uuid

from django.db import transaction

from transcripts.models import Run, Transcript


def lock_with_runs(transcript_id: uuid.UUID) -> Transcript | None:
    """Lock its runs and then the transcript, in the order in which workers do; None when it is gone.

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

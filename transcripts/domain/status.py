"""Who may change to what: the one table of the status machine."""

from __future__ import annotations

from transcripts.enums import TranscriptStatus as S
from transcripts.events import Status, announce
from transcripts.models import Transcript

TRANSITIONS: dict[S, frozenset[S]] = {
    S.IDLE: frozenset({S.UPLOADED, S.RECORDING}),
    S.UPLOADED: frozenset({S.PROCESSING, S.IDLE, S.ERROR, S.ENDED}),  # ended: a repetition cancelled before it began
    S.RECORDING: frozenset({S.PROCESSING, S.UPLOADED, S.ERROR, S.IDLE}),  # idle: nothing was heard
    S.PROCESSING: frozenset({S.ENDED, S.ERROR, S.UPLOADED, S.IDLE}),  # the last two by a cancel; idle: of an import
    S.ENDED: frozenset({S.PROCESSING, S.UPLOADED}),
    S.ERROR: frozenset({S.PROCESSING, S.UPLOADED, S.ENDED}),
}


class WrongTransition(Exception):
    """The program asked for a change that the table does not have."""


def set_status(transcript: Transcript, status: S, *, error: str = "") -> None:
    """Change the status and announce it; nothing happens when it is the same already. `error` says why it failed."""
    current = S(Transcript.objects.select_for_update().values_list("status", flat=True).get(pk=transcript.pk))
    if current == status and not error:
        return
    if current != status and status not in TRANSITIONS[current]:
        raise WrongTransition(f"A transcript cannot go from {current} to {status}.")
    transcript.status, transcript.error = status, error
    transcript.save(update_fields=["status", "error", "updated_at"])
    announce(transcript, Status(value=status))

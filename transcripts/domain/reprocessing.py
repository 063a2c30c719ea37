"""What a run finds, joined with what people have corrected before it. Called inside the transaction of a step."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from django.utils import timezone

from accounts.models import User
from transcripts.domain import history, keeping
from transcripts.engines.base import Word
from transcripts.enums import EditKind
from transcripts.models import Edit, Run, Transcript


def with_edits(run: Run, words: Sequence[Word], *, tracks: bool, told_apart: bool) -> list[Word]:
    """The words that a run found, with the edits that stood when it began, as the run is to keep them or not.

    `told_apart`: the speakers of the words are those of a diarization; else those who spoke then before are taken.
    With `tracks` they are what they are. Where nobody has named or corrected anything, the words stay as they are.
    """
    transcript = run.transcript
    old = keeping.marked(run.before.get("utterances", ()))
    voices = transcript.participants.values_list("speaker", flat=True)
    named = {speaker for speaker in voices if speaker is not None}
    kept = keeping.stretches(old, _removed(transcript)) if run.keep_edits and old else []
    assigned = {word.speaker for word in old if word.assigned and run.keep_edits}
    if not old or not (named or kept or assigned):
        return list(words)
    found = list(words)
    if not tracks:
        taken = named | assigned | {word.speaker for stretch in kept for word in stretch.words}
        found = keeping.by_overlap(found, old, taken) if told_apart else keeping.by_time(found, old)
    return keeping.keep(found, old, kept, tracks=tracks) if run.keep_edits else found


def _removed(transcript: Transcript) -> list[tuple[float, float]]:
    """The spans of words that somebody took out, of edits that stand."""
    edits = transcript.edits.filter(undone_at=None)
    discarded = edits.filter(kind=EditKind.DISCARDED).first()  # the newest
    standing = edits.filter(kind=EditKind.WORDS, number__gt=discarded.number if discarded else 0)
    return [span for edit in standing for span in _taken_out(edit)]


def _taken_out(edit: Edit) -> Iterator[tuple[float, float]]:
    for before, after in zip(edit.before["words"], edit.after["words"], strict=True):
        there = {(word["start"], word["end"]) for word in after}
        written = [word for word in after if word.get("edited") and word["start"] < word["end"]]
        for word in before:
            middle = (word["start"] + word["end"]) / 2
            covered = any(one["start"] <= middle <= one["end"] for one in written)
            if (word["start"], word["end"]) not in there and not covered:
                yield word["start"], word["end"]


def discard(transcript: Transcript, *, run_id: uuid.UUID, by: User | None) -> None:
    """Note that a run makes everything anew, whatever people have written, and let it. Under the transcript's lock."""
    transcript.edited = []
    transcript.save(update_fields=["edited", "updated_at"])
    history.record(
        transcript,
        kind=EditKind.DISCARDED,
        by=by,
        description="Had it processed again, without what people had edited. Names of speakers were kept.",
        before={},
        after={"run": str(run_id)},
    )


def take_back_discard(run: Run) -> None:
    """The run was cancelled, and what it would have discarded is back."""
    noted = run.transcript.edits.filter(kind=EditKind.DISCARDED, after__run=str(run.pk))
    noted.update(undone_at=timezone.now(), undone_by_name=history.name_of(None))

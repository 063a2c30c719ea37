"""The pieces of an upload become one file. A file that came in one piece is whole already."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Sequence

from consent import vault
from consent.joined import JoinedAudio
from consent.models import AudioKind, AudioObject
from transcripts.domain import uploads
from transcripts.models import Run
from transcripts.pipeline import audio
from transcripts.pipeline.context import Context
from transcripts.pipeline.steps.base import BYTES, Json, StepWork


def parts(run: Run) -> list[Json]:
    return [{}] if uploads.pieces(run.transcript_id) else []


def compute(context: Context) -> Json:
    pieces = uploads.pieces(context.transcript.id)
    with io.BufferedReader(JoinedAudio(pieces), vault.BLOCK) as file:
        media = audio.probe(file)
    whole = vault.store(
        _blocks(context, pieces),
        kind=AudioKind.UPLOAD,
        transcript_id=context.transcript.id,
        extension=media.extension,
        media_type=media.mime,
        origin=context.origin,
    )
    return {"audio": str(whole.pk)}


def _blocks(context: Context, pieces: Sequence[AudioObject]) -> Iterator[bytes]:
    total = sum(piece.size or 0 for piece in pieces)
    done = 0
    for piece in pieces:
        for block in vault.stream(piece):
            context.checkpoint()
            yield block
            done += len(block)
            context.progress(done, total)


def save(run: Run, results: Sequence[Json]) -> None:
    for result in results:
        vault.adopt(AudioObject.objects.get(pk=uuid.UUID(result["audio"])))
        vault.request_erasure(uploads.pieces(run.transcript_id))


WORK = StepWork(compute, save, parts, doing="Putting the pieces together", counts=BYTES, lasting=True)

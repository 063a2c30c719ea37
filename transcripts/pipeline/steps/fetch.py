"""The recording of a link comes into the vault. A connection that is cut is taken up where it ended."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence

from django.conf import settings

from consent import vault
from consent.models import AudioKind, AudioObject
from reflector_site.outbound.client import Answer, Bounds, fetch
from reflector_site.outbound.errors import Never, OutboundError, TryAgain
from transcripts.models import Run
from transcripts.pipeline import audio
from transcripts.pipeline.context import Context
from transcripts.pipeline.links import kinds
from transcripts.pipeline.links.found import FOUND, Found, Media
from transcripts.pipeline.links.look import Looker
from transcripts.pipeline.steps.base import BYTES, Json, StepWork
from transcripts.pipeline.steps.resolve import look

DOING = "Fetching the recording"
MOST_RESUMES = 5  # without a byte in between
PAUSE = 0.5  # seconds before a connection is tried again; it doubles


def compute(context: Context) -> Json:
    found = _found(context)
    try:
        stored = _store(context, found)
    except Never as error:
        if found.kind == "site" and error.status in (401, 403, 404, 410):
            raise TryAgain(str(error)) from error  # the address has expired; the next attempt asks for a new one
        raise
    with vault.open_audio(stored) as file:
        media = audio.probe(file)  # what is no recording is refused before it is kept
    return {"audio": str(stored.pk), "media_type": media.mime}


def _store(context: Context, found: Found) -> AudioObject:
    return vault.store(
        _pieces(context, found) if found.media.pieces else _Download(context, found.media).blocks(),
        kind=AudioKind.UPLOAD,
        transcript_id=context.transcript.id,
        extension=found.media.extension if found.media.extension in kinds.EXTENSIONS else "media",
        media_type="application/octet-stream",
        origin=context.origin,
        limit=settings.MAX_UPLOAD_SIZE,
    )


def _found(context: Context) -> Found:
    """What `resolve` found. Addresses that sites give out hold for hours only: later they are asked for again."""
    found = FOUND.validate_python(context.result("resolve"))
    stale = context.part.attempt > 1 or context.run.steps.get(name="resolve").carried
    return look(context) if found.kind == "site" and stale else found


def _pieces(context: Context, found: Found) -> Iterator[bytes]:
    target = context.scratch / "recording"
    Looker(context.scratch, context.checkpoint).put_together(
        context.transcript.source_url, found.media, target, lambda done, total: _tell(context, done, total)
    )
    with target.open("rb") as file:
        while block := file.read(vault.BLOCK):
            context.checkpoint()
            yield block


def _tell(context: Context, done: float, total: float | None) -> None:
    if total:
        context.progress(done, total)
    else:
        context.say(f"{DOING}, {done / 1e6:.1f} MB so far")


class _Changed(TryAgain):
    """What is there now is not what was there before: a new attempt begins anew."""


class _Download:
    """One recording over as many connections as it takes."""

    def __init__(self, context: Context, media: Media) -> None:
        self._context = context
        self._media = media
        self._deadline = time.monotonic() + settings.IMPORT_TIME_LIMIT
        self._done = 0
        self._total = media.size if media.chunk else None
        self._version = ""
        self._resumable = True

    def blocks(self) -> Iterator[bytes]:
        failures = 0
        while True:
            before = self._done
            try:
                yield from self._connection()
                if self._total is None or self._done >= self._total:
                    return
                self._refuse_to_stand_still(before)
            except TryAgain as error:
                failures = 1 if self._done > before else failures + 1
                if failures > MOST_RESUMES or not self._resumable or isinstance(error, _Changed) or self._late():
                    raise self._late() or error from error
                self._pause(PAUSE * 2**failures)

    def _refuse_to_stand_still(self, before: int) -> None:
        if self._done == before:
            raise TryAgain("The server stopped in the middle of the recording.")

    def _late(self) -> OutboundError | None:
        if time.monotonic() < self._deadline:
            return None
        return Never(f"Fetching took longer than the {settings.IMPORT_TIME_LIMIT / 60:g} minutes that are allowed.")

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._context.checkpoint()
            time.sleep(0.1)

    def _connection(self) -> Iterator[bytes]:
        seconds = max(self._deadline - time.monotonic(), 1)
        bounds = Bounds(settings.MAX_UPLOAD_SIZE, seconds=seconds)
        with fetch(self._media.url, bounds, headers=self._headers(), checkpoint=self._context.checkpoint) as answer:
            self._begin(answer)
            for block in answer.blocks():
                self._done += len(block)
                _tell(self._context, self._done, self._total)
                yield block

    def _headers(self) -> dict[str, str]:
        headers = dict(self._media.headers)
        if self._done or self._media.chunk:
            last = f"{self._done + self._media.chunk - 1}" if self._media.chunk else ""
            headers["Range"] = f"bytes={self._done}-{last}"
        if self._done and self._version:
            headers["If-Range"] = self._version
        return headers

    def _begin(self, answer: Answer) -> None:
        answer.require_success()
        total = answer.whole_length
        if self._done and (answer.range_start != self._done or total != self._total):
            raise _Changed(f"The connection to {answer.host} was cut, and it cannot go on where it ended.")
        if not self._done:
            self._version, self._resumable = answer.version, answer.resumable
            self._total = total if total is not None else self._total


def save(run: Run, results: Sequence[Json]) -> None:
    """An older recording stays until the run has come to its end, so that a cancel can go back to it."""
    found = results[0]
    fetched = AudioObject.objects.get(pk=uuid.UUID(found["audio"]))
    vault.adopt(fetched)
    AudioObject.objects.filter(pk=fetched.pk).update(media_type=found["media_type"])


WORK = StepWork(compute, save, doing=DOING, counts=BYTES)

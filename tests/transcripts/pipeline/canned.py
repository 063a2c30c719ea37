"""Results of the steps of the file plan as their engines would give them, so that runs need no audio to be computed.

`STEPS` are those that have something to do when the upload is whole already, as it is when it came in one piece. The
meeting: thirty seconds, two speakers who take turns of ten seconds.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from consent import vault
from consent.models import AudioKind
from transcripts.enums import PartState
from transcripts.models import Part, Run, Transcript, Upload, UploadChunk
from transcripts.pipeline import ledger
from transcripts.pipeline.ledger import Claim
from transcripts.pipeline.plans import FILE

INFO = {"engine": "canned", "model": "tin", "version": "1", "draft": False}
SECONDS = 30.0
COUNTS = {"sentences": 3, "grounded": 3, "weak": 0, "dropped": 0, "fields": 0, "mended": 0}
QUALITY = {"quality": {"score": 90, "reasons": [], "checked": COUNTS, "left_out": [], "coverage": 1.0}}
STEPS = [name for name in FILE.names() if name != "gather"]


def uploaded(transcript: Transcript) -> Transcript:
    """Give it an uploaded file, as intake does."""
    audio = vault.store(
        iter([b"what was uploaded"]),
        kind=AudioKind.UPLOAD,
        transcript_id=transcript.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin=f"assembly:{uuid.uuid4()}",
    )
    vault.adopt(audio)
    Transcript.objects.filter(pk=transcript.pk).update(status="uploaded")
    transcript.refresh_from_db()
    return transcript


def in_pieces(transcript: Transcript) -> Transcript:
    """Give it an upload that came in two pieces, which still have to be put together."""
    upload = Upload.objects.create(transcript=transcript, total_chunks=2, finished_at=timezone.now())
    for number in range(2):
        piece = vault.store(
            iter([b"a piece"]),
            kind=AudioKind.CHUNK,
            transcript_id=transcript.pk,
            extension="part",
            media_type="application/octet-stream",
            origin=f"upload:{transcript.pk}:{number}",
        )
        vault.adopt(piece)
        UploadChunk.objects.create(upload=upload, number=number, audio=piece)
    Transcript.objects.filter(pk=transcript.pk).update(status="uploaded")
    transcript.refresh_from_db()
    return transcript


def work(run: Run, *, until: str | None = None) -> list[str]:
    """Finish part after part, in the order of the plan, up to but without step `until`. The names that were done."""
    done = []
    while part := _next(run):
        if part.step.name == until:
            break
        claim = ledger.claim(part.pk, worker="canned:1")
        assert claim is not None
        ledger.finish(claim, result(claim))
        done.append(part.step.name)
    return done


def _next(run: Run) -> Part | None:
    ready = Part.objects.filter(step__run=run, state=PartState.READY).select_related("step")
    return ready.order_by("step__position", "number").first()


def result(claim: Claim) -> dict[str, Any]:  # noqa: C901 -- a table: one case for each step
    """What the part finds; audio goes into the vault as that attempt's."""
    part = Part.objects.select_related("step__run").get(pk=claim.part_id)
    match part.step.name:
        case "gather":
            return {"audio": _store(part.step.run, claim, AudioKind.UPLOAD, "mp3")}
        case "probe":
            return {"duration": SECONDS, "channels": 2, "codec": "mp3", "container": "mp3"}
        case "read":
            return _read(part.step.run, claim)
        case "prepare":
            return {"engine": "tests.engines:FixedCost", "info": INFO, "reasons": []}
        case "transcribe":
            return {"words": [_word(n) for n in range(60)], "language": "en"}
        case "diarize":
            turns = [{"start": 10.0 * n, "end": 10.0 * n + 10, "speaker": n % 2} for n in range(3)]
            return {"turns": turns, "info": INFO}
        case "align":
            return {"words": [_word(n) | {"speaker": n // 20 % 2} for n in range(60)]}
        case "topics":
            return {**part.payload, "title": "Budget", "summary": "It is fine.", "info": INFO}
        case "title":
            return {"title": "A meeting about the budget", "info": INFO}
        case "summary":
            said = [{"text": "The budget is fine.", "seconds": [1.0]}]
            return {"summary": {"short": said, "sections": [{"heading": "Budget", "sentences": said}]}, "info": INFO}
        case "actions":
            return {"items": {"decisions": [], "next_steps": [{"task": "Send the report"}]}, "info": INFO}
        case "check":
            return {"title": "A meeting about the budget", "topics": {}, "summary": None, "items": None} | QUALITY
        case "playback":
            return {"audio": _store(part.step.run, claim, AudioKind.PLAYBACK, "mp3")}
    return {}


def _word(n: int) -> dict[str, Any]:
    return {"text": f" word{n}", "start": n * 0.5, "end": n * 0.5 + 0.4, "confidence": 0.9}


def _read(run: Run, claim: Claim) -> dict[str, Any]:
    return {
        "audio": _store(run, claim, AudioKind.ENGINE, "wav"),
        "duration": SECONDS,
        "channels": 1,
        "peaks": [0.5] * 255,
        "truncated": False,
        "damaged": False,
        "speech": [[0.0, SECONDS]],
        "dips": [],
    }


def _store(run: Run, claim: Claim, kind: AudioKind, extension: str) -> str:
    stored = vault.store(
        iter([f"{kind} by {claim.origin}".encode()]),
        kind=kind,
        transcript_id=run.transcript_id,
        extension=extension,
        media_type="audio/any",
        origin=claim.origin,
    )
    return str(stored.pk)

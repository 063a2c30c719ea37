"""What the source says of the recording, and the captions that come with it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from reflector_site.outbound.errors import OutboundError
from transcripts.domain import source, uploads
from transcripts.enums import CaptionsKind
from transcripts.models import Run
from transcripts.pipeline.context import Context
from transcripts.pipeline.links.found import CUES, FOUND, Found
from transcripts.pipeline.links.look import Looker, with_language
from transcripts.pipeline.steps.base import Json, StepWork
from transcripts.pipeline.steps.prepare import asked_language
from transcripts.pipeline.steps.probe import set_lane

logger = logging.getLogger(__name__)

MOST_TRIED = 3  # captions that turn out not to be any


def compute(context: Context) -> Json:
    language = asked_language(context.transcript.source_language) or ""
    found = with_language(FOUND.validate_python(context.result("resolve")), language)
    return {"facts": FOUND.dump_python(found, mode="json")["facts"], "captions": _captions(context, found)}


def _captions(context: Context, found: Found) -> Json | None:
    """The best that can be read. That there are none, or none that work, does not keep anybody from the recording."""
    for track in found.tracks[:MOST_TRIED]:
        try:
            cues = Looker(context.scratch, context.checkpoint).captions(track)
        except OutboundError as error:
            logger.warning("Captions of %s: %s", context.transcript.pk, error)
            continue
        name = track.name or found.site
        values = CUES.dump_python(cues, mode="json")
        return {"language": track.language, "kind": track.kind, "name": name, "cues": values}
    return None


def save(run: Run, results: Sequence[Json]) -> None:
    facts, captions = results[0]["facts"], results[0]["captions"] or {}
    source.save_facts(
        run.transcript,
        title=facts["title"],
        description=facts["description"],
        author=facts["author"],
        published_at=datetime.fromisoformat(facts["published"]) if facts["published"] else None,
    )
    source.replace_captions(
        run.transcript,
        captions.get("cues", []),
        language=captions.get("language", ""),
        kind=CaptionsKind(captions.get("kind", CaptionsKind.MANUAL)),
        name=captions.get("name", ""),
    )
    _choose_lane(run, facts["duration"])


def _choose_lane(run: Run, seconds: float | None) -> None:
    """Fetching what may be long must not keep short recordings waiting."""
    media = run.steps.get(name="resolve").parts.get().result or {}
    size = media.get("media", {}).get("size")
    if seconds is None and size is not None:
        seconds = 0 if size <= uploads.LARGE else float("inf")
    set_lane(run, float("inf") if seconds is None else seconds)


WORK = StepWork(compute, save, doing="Reading title, author and captions")

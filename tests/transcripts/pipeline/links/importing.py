"""What tests of imports share: doing the steps of a link, and what there is then."""

from __future__ import annotations

from collections.abc import Callable

from consent.models import AudioObject
from reflector_site.events.models import Event
from transcripts.enums import TranscriptStatus
from transcripts.models import Part, Transcript
from transcripts.pipeline.runs import BRING_AUDIO

Drain = Callable[..., None]
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello there\n\n00:02.000 --> 00:04.000\nGoodbye\n"
SRT = "1\n00:00:00,000 --> 00:00:02,000\nHello there\n"


def bring(transcript: Transcript, *steps: str) -> None:
    """Do the steps that bring a recording here, with their attempts; nobody works on those after them."""
    from transcripts.pipeline.execute import execute  # noqa: PLC0415 -- loads engines

    ready = Part.objects.filter(step__run__transcript=transcript, step__name__in=steps or BRING_AUDIO, state="ready")
    while part := ready.first():
        Part.objects.filter(pk=part.pk).update(not_before=None)
        execute(part.pk)


def kinds(transcript: Transcript) -> list[str]:
    live = AudioObject.objects.live().filter(transcript_id=transcript.pk)
    return sorted(live.values_list("kind", flat=True))


def updates(transcript: Transcript) -> list[list[str]]:
    events = Event.objects.filter(stream__key=transcript.stream_key, name="UPDATED").order_by("seq")
    return [event.data["fields"] for event in events]


def assert_fetched(transcript: Transcript) -> None:
    assert transcript.error == ""
    assert transcript.runs.get().steps.get(name="fetch").state == "done"
    assert kinds(transcript) == ["upload"]


def assert_failed(transcript: Transcript, why: str, stored_files: Callable[[], list[str]]) -> None:
    assert transcript.status == TranscriptStatus.ERROR
    assert why in transcript.error
    assert kinds(transcript) == []
    assert stored_files() == []

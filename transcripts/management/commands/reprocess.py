from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import audit
from accounts.enums import AuditAction
from transcripts.enums import TranscriptStatus
from transcripts.management.transcripts import find
from transcripts.models import Transcript
from transcripts.pipeline import runs
from transcripts.pipeline.plans import PLANS

STEPS = list(dict.fromkeys(name for plan in PLANS.values() if not plan.beside for name in plan.names()))


class Command(BaseCommand):
    help = "Process transcripts again, from the beginning or a step; with --failed, all that failed, where they failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("transcripts", nargs="*", metavar="TRANSCRIPT", help="id of a transcript")
        parser.add_argument("--from", dest="from_step", metavar="STEP", choices=STEPS, help=", ".join(STEPS))
        parser.add_argument(
            "--discard-edits",
            action="store_true",
            help="make anew also what people have written and corrected, but for the names of speakers",
        )
        parser.add_argument("--failed", action="store_true", help="every transcript whose processing failed")

    def handle(self, *args: Any, transcripts: list[str], failed: bool, **options: Any) -> None:
        if bool(transcripts) == failed:
            raise CommandError("Name transcripts, or give --failed.")
        chosen = list(Transcript.objects.filter(status=TranscriptStatus.ERROR)) if failed else find(transcripts)
        problems = [problem for transcript in chosen if (problem := self._start(transcript, options))]
        if problems:
            raise CommandError("\n".join(problems))
        if not chosen:
            self.stdout.write("No transcript has failed.")

    def _start(self, transcript: Transcript, options: dict[str, Any]) -> str | None:
        try:
            run = runs.process(transcript, from_step=options["from_step"], keep_edits=not options["discard_edits"])
        except runs.NotPossible as error:
            return f"{transcript.pk}: {error}"
        audit.record(None, AuditAction.PROCESSED, transcript.stream_key, what="reprocess")
        self.stdout.write(f"{transcript.pk}: run {run.pk} has begun")
        return None

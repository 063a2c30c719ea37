from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import audit
from accounts.enums import AuditAction
from transcripts.management.transcripts import find
from transcripts.models import Transcript
from transcripts.pipeline import runs


class Command(BaseCommand):
    help = "Make sure that workers go on with transcripts: ring for what waits, take up what failed or was cancelled."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("transcripts", nargs="+", metavar="TRANSCRIPT", help="id of a transcript")

    def handle(self, *args: Any, transcripts: list[str], **options: Any) -> None:
        problems = [problem for transcript in find(transcripts) if (problem := self._queue(transcript))]
        if problems:
            raise CommandError("\n".join(problems))

    def _queue(self, transcript: Transcript) -> str | None:
        try:
            run = runs.requeue(transcript)
        except runs.NotPossible as error:
            return f"{transcript.pk}: {error}"
        audit.record(None, AuditAction.PROCESSED, transcript.stream_key, what="requeue")
        self.stdout.write(f"{transcript.pk}: run {run.pk} is queued")
        return None

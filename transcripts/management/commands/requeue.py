from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from transcripts.management.transcripts import find
from transcripts.pipeline import runs


class Command(BaseCommand):
    help = "Make sure that workers go on with transcripts: ring for what waits, take up what failed or was cancelled."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("transcripts", nargs="+", metavar="TRANSCRIPT", help="id of a transcript")

    def handle(self, *args: Any, transcripts: list[str], **options: Any) -> None:
        for transcript in find(transcripts):
            try:
                run = runs.requeue(transcript)
            except runs.NotPossible as error:
                raise CommandError(f"{transcript.pk}: {error}") from error
            self.stdout.write(f"{transcript.pk}: run {run.pk} is queued")

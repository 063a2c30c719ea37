from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from transcripts.domain.sample import sample_path


class Command(BaseCommand):
    help = "Take the sample meeting that ships with the project from file to transcript, and print it."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("transcribe", sample_path(), format="md", stdout=self.stdout, stderr=self.stderr)

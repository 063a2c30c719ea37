from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import audit
from accounts.domain import command_line_user
from accounts.enums import AuditAction
from accounts.models import User
from consent.vault import VaultError
from reflector_site.outbound.errors import Never
from transcripts.domain import languages
from transcripts.domain.create import create_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.domain.export import FORMATS, render
from transcripts.enums import RunState
from transcripts.management.transcripts import follow, migrate_if_needed
from transcripts.models import Run, Transcript
from transcripts.pipeline import intake, runs
from transcripts.pipeline.imports import import_link


class Command(BaseCommand):
    help = "Turn an audio or video file, or what lies behind a link, into a transcript, here and now, and print it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a path, or an address that begins with https:// or http://")
        parser.add_argument("--format", choices=FORMATS, default="timestamped")
        parser.add_argument("--language", default="en", help="ISO 639-1 code of what is spoken, or auto (default: en)")
        parser.add_argument("--user", metavar="EMAIL", help="whose transcript it is (default: the command line's own)")
        parser.add_argument("--output", type=Path, help="write there instead of to standard output")

    def handle(self, *args: Any, file: str, format: str, output: Path | None, **options: Any) -> str | None:
        transcript = self.transcribe(file, language=options["language"], email=options["user"])
        text = render(transcript, format)
        if output is None:
            return text
        output.write_text(text)
        return None

    def transcribe(self, file: str, *, language: str, email: str | None) -> Transcript:
        try:
            language = languages.check(language)
        except ValueError as error:
            raise CommandError(str(error)) from error
        migrate_if_needed()
        run = _link(file, _user(email), language) if is_link(file) else _file(Path(file), _user(email), language)
        run = follow(run)
        transcript = Transcript.objects.get(pk=run.transcript_id)
        self.stderr.write(f"Transcript {transcript.pk}: {transcript.title or transcript.status}")
        if run.state != RunState.ENDED:
            raise CommandError(transcript.error or f"The run was {run.state}.")
        return transcript


def is_link(file: str) -> bool:
    return file.lower().startswith(("http://", "https://"))


def _file(file: Path, user: User, language: str) -> Run:
    transcript = create_transcript(user=user, name=file.name, source_language=language)
    try:
        with file.open("rb") as content:
            run = intake.receive_file(transcript, content)
    except (OSError, intake.UploadRefused, VaultError) as error:
        delete_transcript(transcript)
        raise CommandError(f"{file}: {error}") from error
    audit.record(user, AuditAction.UPLOADED, transcript.stream_key, what="transcribe")
    return run


def _link(url: str, user: User, language: str) -> Run:
    try:
        return import_link(user=user, url=url, source_language=language).runs.get()
    except Never as error:
        raise CommandError(f"{url}: {error}") from error
    except runs.TooManyImports as error:
        raise CommandError(f"{error}.") from error


def _user(email: str | None) -> User:
    if email is None:
        return command_line_user()
    try:
        user = User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(f"No user has the e-mail address {email}.") from error
    user.came_by = "command line"
    return user

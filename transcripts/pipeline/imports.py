"""Importing from a link: a transcript whose recording is somewhere else, and the run that brings it here."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from reflector_site.outbound import client
from transcripts.domain.create import create_transcript
from transcripts.domain.source import default_name
from transcripts.models import Transcript
from transcripts.pipeline import runs


@transaction.atomic
def import_link(
    *, user: User, url: str, name: str = "", source_language: str = "en", target_language: str | None = "en"
) -> Transcript:
    """A new transcript of what lies behind `url`; its run has begun. What needs the network is found out there.

    Raises outbound Never where the address is refused as it stands, and runs.TooManyImports.
    """
    url = url.strip()
    client.check(url)
    transcript = create_transcript(
        user=user,
        name=name or default_name(url),
        source_language=source_language,
        target_language=target_language,
        source_url=url,
    )
    runs.process(transcript)
    return transcript

"""What many tests share: people, clients, transcripts, a storage of their own, and a worker that works on demand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import LazySettings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from accounts.models import User
from reflector_site import embedded
from transcripts.domain.create import create_transcript
from transcripts.enums import PartState
from transcripts.models import Part, Participant, Topic, Transcript, Utterance

pytest_plugins = ["tests.buckets"]

PASSWORD = "correct horse battery"  # of users that live for one test
Said = tuple[int, str]  # speaker, what they said


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Start the servers of the tests with the first test that needs a database."""
    with redis.Redis.from_url(embedded.ensure().redis_url) as client:
        client.flushall()  # messages for parts of an earlier run


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Close what threads of the tests have left open, so that the database can be dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _quick_passwords(settings: LazySettings) -> None:
    """Hashing that is slow on purpose would take most of the time of the tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def audio_dir(settings: LazySettings, tmp_path: Path) -> Path:
    """Audio and temporary decodes of one test; look here to see that nothing is left."""
    directory = tmp_path / "audio"
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "audio": {"BACKEND": backend, "OPTIONS": {"location": directory}}}
    settings.SCRATCH_DIR = tmp_path / "scratch"
    return directory


@pytest.fixture
def stored_files(audio_dir: Path) -> Callable[[], list[str]]:
    """The names of all files in the audio storage."""
    return lambda: sorted(str(path.relative_to(audio_dir)) for path in audio_dir.rglob("*") if path.is_file())


# --- people and their clients


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("owner@example.org", PASSWORD, name="Olivia")


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger@example.org", PASSWORD, name="Sam")


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()


@pytest.fixture
def owners(owner: User) -> APIClient:
    """The owner's API client."""
    return client_of(owner)


@pytest.fixture
def strangers(stranger: User) -> APIClient:
    """An API client of somebody whom nothing here belongs to."""
    return client_of(stranger)


# --- transcripts


@pytest.fixture
def new_transcript(owner: User) -> Callable[..., Transcript]:
    """Make a transcript of the owner's, or of `user`; other keywords are its fields."""

    def make(*, user: User = owner, name: str = "Weekly", **fields: Any) -> Transcript:
        transcript = create_transcript(user=user, name=name)
        for field, value in fields.items():
            setattr(transcript, field, value)
        transcript.save()
        return transcript

    return make


@pytest.fixture
def transcript(new_transcript: Callable[..., Transcript]) -> Transcript:
    return new_transcript()


@pytest.fixture
def say() -> Callable[..., Topic]:
    """Write a topic with utterances: each lasts as many seconds as it has words, one after the other."""

    def write(transcript: Transcript, *said: Said, title: str = "Greetings", suspect: tuple[str, ...] = ()) -> Topic:
        last = transcript.utterances.order_by("-position").first()
        start, position = (last.end, last.position + 1) if last else (0.0, 0)
        topic = Topic.objects.create(
            transcript=transcript,
            position=transcript.topics.count(),
            title=title,
            summary=f"About {title.lower()}.",
            timestamp=start,
            duration=float(sum(len(text.split()) for _, text in said)),
        )
        for speaker, text in said:
            words = [
                {"text": f" {word}", "start": start + n, "end": start + n + 1.0}
                | ({"suspect": "silence"} if word in suspect else {})
                for n, word in enumerate(text.split())
            ]
            Utterance.objects.create(
                transcript=transcript,
                topic=topic,
                position=position,
                speaker=speaker,
                start=start,
                end=start + len(words),
                text=text,
                words=words,
            )
            start, position = start + len(words), position + 1
        return topic

    return write


@pytest.fixture
def named() -> Callable[..., Participant]:
    """Give a speaker of a transcript a name."""

    def write(transcript: Transcript, speaker: int, name: str, user: User | None = None) -> Participant:
        return Participant.objects.create(transcript=transcript, speaker=speaker, name=name, user=user)

    return write


# --- a worker


@pytest.fixture
def drain(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Do in this process all that is ready, and all that follows from it, until all is quiet. Retries do not wait."""
    from transcripts.pipeline.execute import POOL, execute  # noqa: PLC0415 -- loads engines, which most tests do not need

    def work(*, seconds: float = 60) -> None:
        give_up_at = time.monotonic() + seconds
        ready = Part.objects.filter(state=PartState.READY).order_by("pk")
        while part_id := ready.values_list("pk", flat=True).first():
            assert time.monotonic() < give_up_at, f"Still busy after {seconds:.0f} s."
            Part.objects.filter(pk=part_id).update(not_before=None)
            execute(part_id)

    yield work
    POOL.close()

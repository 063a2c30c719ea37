"""Transcripts in the admin site: to read, to delete with their audio, to process; never to edit past the verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from consent.models import AudioKind, AudioObject
from reflector_site.events.models import Event
from tests.transcripts.domain.test_delete import store
from transcripts.domain.create import create_transcript
from transcripts.models import Run, Transcript
from transcripts.pipeline import runs

CHANGELIST = reverse("admin:transcripts_transcript_changelist")
Commit = Callable[..., Any]


@pytest.fixture
def site(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


@pytest.fixture
def processed(transcript: Transcript) -> Transcript:
    """It has a run with steps and parts, which nobody may delete one by one."""
    store(transcript, AudioKind.UPLOAD)
    runs.process(transcript)
    assert Run.objects.get().steps.exists()
    return transcript


def assert_erased(stored_files: Callable[[], list[str]]) -> None:
    assert not Transcript.objects.exists()
    assert not Run.objects.exists()
    assert stored_files() == []
    assert not AudioObject.objects.filter(verified_at=None).exists()
    assert Event.objects.filter(name="TRANSCRIPT_DELETED").exists()


def test_deleting_one(
    site: Client,
    processed: Transcript,
    stored_files: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Commit,
) -> None:
    address = reverse("admin:transcripts_transcript_delete", args=[processed.pk])
    assert "Are you sure" in site.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert site.post(address, {"post": "yes"}).status_code == 302
    assert_erased(stored_files)


def test_deleting_the_selected(
    site: Client,
    processed: Transcript,
    stored_files: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Commit,
) -> None:
    wanted = {"action": "delete_selected", "_selected_action": [str(processed.pk)], "post": "yes"}
    with django_capture_on_commit_callbacks(execute=True):
        assert site.post(CHANGELIST, wanted).status_code == 302
    assert_erased(stored_files)


def test_no_field_can_be_edited(site: Client, owner: User, transcript: Transcript) -> None:
    address = reverse("admin:transcripts_transcript_change", args=[transcript.pk])
    page = site.get(address).content.decode()
    assert transcript.name in page
    assert 'name="_save"' not in page
    edited = {"user": str(owner.pk), "name": "Other", "title": "Other", "share_mode": "public"}
    assert site.post(address, edited).status_code == 403
    transcript.refresh_from_db()
    assert (transcript.name, transcript.title, transcript.share_mode) == ("Weekly", None, "private")


def test_the_actions_stay(site: Client, transcript: Transcript) -> None:
    store(transcript, AudioKind.UPLOAD)
    assert "Process again" in site.get(CHANGELIST).content.decode()
    site.post(CHANGELIST, {"action": "process_again", "_selected_action": [str(transcript.pk)]})
    assert Run.objects.get().transcript == transcript


def test_who_may_only_look_has_no_actions(client: Client, stranger: User, owner: User) -> None:
    stranger.is_staff = True
    stranger.save()
    stranger.user_permissions.add(Permission.objects.get(codename="view_transcript"))
    client.force_login(stranger)
    create_transcript(user=owner, name="Weekly")
    page = client.get(CHANGELIST).content.decode()
    assert "Weekly" in page
    assert "Process again" not in page

"""Who may see and change what."""

from __future__ import annotations

import uuid

from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from transcripts.enums import ShareMode, TranscriptStatus
from transcripts.models import Transcript

from .looking import New, Say, address, text_of


def pages_of(transcript: Transcript) -> list[str]:
    return [
        address("transcript", transcript),
        address("transcript-fragment", transcript),
        address("delete", transcript),
    ]


def test_nobody_sees_anything_without_signing_in(client: Client, transcript: Transcript) -> None:
    for page in [reverse("transcripts"), reverse("transcripts-fragment"), reverse("upload"), *pages_of(transcript)]:
        assert client.get(page)["Location"] == f"/sign-in?next={page}"


def test_a_stranger_sees_nothing_of_it(client: Client, stranger: User, new_transcript: New, say: Say) -> None:
    transcript = new_transcript(title="A secret plan")
    say(transcript, (0, "hidden words"))
    client.force_login(stranger)
    assert "secret" not in client.get("/").content.decode()
    for page in pages_of(transcript):
        answer = client.get(page)
        assert answer.status_code == 403
        assert "secret" not in answer.content.decode()
    for verb in ("process", "cancel", "delete"):
        assert client.post(address(verb, transcript)).status_code == 403
    assert Transcript.objects.filter(pk=transcript.pk).exists()


def test_what_does_not_exist_is_a_page_that_says_so(browser: Client) -> None:
    answer = browser.get(f"/transcripts/{uuid.uuid4()}")
    assert answer.status_code == 404
    assert "There is no such page" in text_of(answer)


def test_a_shared_transcript_can_be_read_and_not_changed(
    client: Client, stranger: User, new_transcript: New, say: Say
) -> None:
    transcript = new_transcript(share_mode=ShareMode.SEMI_PRIVATE, status=TranscriptStatus.ENDED, title="Shared plan")
    say(transcript, (0, "hello there"))
    client.force_login(stranger)
    assert "shared by Olivia" in text_of(client.get("/"))
    page = client.get(address("transcript", transcript)).content.decode()
    assert "hello there" in page
    assert "shared by Olivia" in page
    assert "Run again" not in page
    assert address("delete", transcript) not in page
    assert client.post(address("delete", transcript)).status_code == 403


def test_changes_need_a_post_and_a_token(owner: User, transcript: Transcript) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    for verb in ("process", "cancel"):
        assert strict.get(address(verb, transcript)).status_code == 405
        assert strict.post(address(verb, transcript)).status_code == 403
    assert strict.post(reverse("sample")).status_code == 403
    assert strict.post(address("delete", transcript)).status_code == 403


def test_strangers_read_what_is_public_and_find_no_controls(client: Client, new_transcript: New, say: Say) -> None:
    transcript = new_transcript(share_mode=ShareMode.PUBLIC, status=TranscriptStatus.ENDED, title="Public plan")
    say(transcript, (0, "hello there"))
    page = client.get(address("transcript", transcript)).content.decode()
    assert "hello there" in page
    for control in ("Run again", "Sign out", "Upload", "data-user-stream", address("delete", transcript)):
        assert control not in page
    assert f"/sign-in?next={address('transcript', transcript)}" in page
    assert client.get(address("transcript-fragment", transcript)).status_code == 200
    assert "hello there" in text_of(client.get(f"/v1/transcripts/{transcript.pk}/download?format=txt"))


def test_strangers_list_what_is_public_in_public_mode(
    client: Client, settings: LazySettings, new_transcript: New
) -> None:
    settings.PUBLIC_MODE = True
    assert "Nothing public yet" in text_of(client.get("/"))
    new_transcript(title="Private plan")
    new_transcript(title="Public plan", share_mode=ShareMode.PUBLIC)
    page = text_of(client.get("/"))
    assert "Public plan" in page
    assert "Private plan" not in page
    assert "Upload a recording" not in page

"""The upload page, and uploads without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import media
from transcripts.models import Transcript

from .looking import address, text_of


def test_a_whole_file_can_come_by_the_form(browser: Client) -> None:
    answer = browser.post(
        reverse("upload"), {"file": SimpleUploadedFile("Monday.wav", media.wav()), "name": "", "source_language": "de"}
    )
    transcript = Transcript.objects.get()
    assert answer["Location"] == address("transcript", transcript)
    assert (transcript.name, transcript.source_language, transcript.status) == ("Monday", "de", "uploaded")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", "The file is empty."), (b"Dear all, these are the minutes.\n" * 99, "not an audio or video file")],
)
def test_what_is_no_recording_is_refused_and_leaves_nothing(
    browser: Client,
    content: bytes,
    complaint: str,
    stored_files: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    fields = {"file": SimpleUploadedFile("a.mp3", content), "source_language": "en"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(reverse("upload"), fields)
    assert answer.status_code == 200
    assert complaint in text_of(answer)
    assert 'role="alert" data-upload-error>' in answer.content.decode()
    assert Transcript.objects.count() == 0
    assert stored_files() == []


def test_the_page_tells_its_script_the_limits(browser: Client, settings: Any) -> None:
    settings.UPLOAD_CHUNK_SIZE, settings.MAX_UPLOAD_SIZE = 1000, 4_000_000_000
    page = browser.get(reverse("upload")).content.decode()
    assert '{"chunkSize": 1000, "maxSize": 4000000000}' in page
    assert "Up to 4 GB" in page
    assert '<option value="en" selected>English</option>' in page
    assert '<option value="auto">Detect the language</option>' in page

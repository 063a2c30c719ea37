"""A transcript as a file."""

from __future__ import annotations

import pytest
from django.test import Client

from transcripts.models import Transcript

from .looking import New, address


@pytest.mark.parametrize(
    ("extension", "media_type", "beginning"),
    [
        ("txt", "text/plain", "[00:00] "),
        ("md", "text/markdown", "# Budget and launch"),
        ("srt", "application/x-subrip", "1\n00:00:00,000"),
        ("vtt", "text/vtt", "WEBVTT"),
        ("json", "application/json", "[\n"),
    ],
)
def test_downloads_are_files(
    browser: Client, finished: Transcript, extension: str, media_type: str, beginning: str
) -> None:
    answer = browser.get(address("download", finished, extension))
    assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="Budget and launch.{extension}"'
    assert answer.content.decode().startswith(beginning)


def test_there_is_no_download_of_other_kinds(browser: Client, finished: Transcript) -> None:
    assert browser.get(address("download", finished, "exe")).status_code == 404


def test_a_title_cannot_break_the_header_of_a_download(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(title='../"evil"\r\nX: y/zß')
    header = browser.get(address("download", transcript, "txt"))["Content-Disposition"]
    assert header == "attachment; filename*=utf-8''evil%20X%20y%20z%C3%9F.txt"

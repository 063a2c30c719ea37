"""Importing from a link by the page, and what the transcript's page shows of its source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from transcripts.domain.delete import delete_transcript
from transcripts.domain.export import render
from transcripts.enums import ShareMode
from transcripts.models import Captions, Topic, Transcript
from transcripts.pipeline import runs
from transcripts.pipeline.imports import import_link

from .looking import address, text_of

URL = "https://example.org/talks/1.mp3?token=secret"


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)


def test_the_form_leads_to_the_transcript(browser: Client) -> None:
    page = browser.get(reverse("upload")).content.decode()
    assert '<label for="link_url">Link</label>' in page
    answer = browser.post(reverse("upload"), {"url": f" {URL} ", "name": "", "source_language": "de"})
    transcript = Transcript.objects.get()
    assert answer["Location"] == address("transcript", transcript)
    assert (transcript.source_url, transcript.source_language) == (URL, "de")
    assert "Checking the address" in text_of(browser.get(answer["Location"]))


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "Paste the address first."),
        ("ftp://example.org/", "begin with http:// or https://"),
        ("http://10.0.0.1/", "not on the public internet"),
    ],
)
def test_errors_stand_at_the_field(browser: Client, url: str, complaint: str) -> None:
    answer = browser.post(reverse("upload"), {"url": url, "source_language": "en"})
    assert answer.status_code == 200
    assert complaint in text_of(answer)
    assert "Choose the recording first" not in text_of(answer)
    assert not Transcript.objects.exists()


@pytest.mark.django_db
def test_a_cancelled_import_offers_to_begin_again(browser: Client, owner: User) -> None:
    transcript = import_link(user=owner, url=URL)
    runs.cancel(transcript)
    page = text_of(browser.get(address("transcript", transcript)))
    assert "Not imported" in page
    assert "Import again" in page
    assert "The upload is not finished" not in page
    assert "Not imported" in text_of(browser.get(reverse("transcripts")))
    browser.post(address("process", transcript))
    assert runs.active_run(transcript) is not None


@pytest.fixture
def talk(new_transcript: Callable[..., Transcript], say: Callable[..., Topic]) -> Transcript:
    transcript = new_transcript(
        name="A <talk>",
        status="ended",
        source_url=URL,
        source_title="A <talk>",
        source_author="Ada",
        source_description="About <script>alert(1)</script> things",
        source_published_at=datetime(2026, 3, 3, tzinfo=UTC),
    )
    say(transcript, (0, "Hello there"), (1, "Goodbye"))
    cues = [{"start": 0.0, "end": 2.0, "text": "Hello <b>where"}, {"start": 2.0, "end": 3.0, "text": "Goodbye"}]
    Captions.objects.create(transcript=transcript, language="en", kind="manual", name="English", cues=cues)
    return transcript


def test_source_and_captions_are_shown(browser: Client, talk: Transcript) -> None:
    answer = browser.get(address("transcript", talk))
    page, text = answer.content.decode(), text_of(answer)
    assert f'<a href="{URL}" rel="noopener noreferrer nofollow">A &lt;talk&gt;</a> by Ada, 3 March 2026' in page
    assert "<script>alert(1)" not in page
    assert "Captions from the source" in text
    assert "Written by people, in English (English)." in text
    assert "57 % of the words agree" in text
    assert 'class="time" href="#' in page
    assert 'data-seek="2.0"' in page
    assert page.count('<tr class="differs">') == 1


def test_readers_see_host_and_path(browser: Client, talk: Transcript, stranger: User) -> None:
    Transcript.objects.filter(pk=talk.pk).update(share_mode=ShareMode.PUBLIC)
    browser.force_login(stranger)
    page = browser.get(address("transcript", talk)).content.decode()
    assert 'href="https://example.org/talks/1.mp3"' in page
    assert "secret" not in page


def test_minutes_name_the_source(talk: Transcript) -> None:
    minutes = render(talk, "md")
    assert "](<https://example.org/talks/1.mp3>) by Ada" in minutes
    assert "secret" not in minutes


def test_a_link_does_not_break_out_of_its_place_in_the_minutes(talk: Transcript) -> None:
    talk.source_url = "https://example.org/a>)[Click](javascript:alert(1))"
    assert "(<https://example.org/a%3E)[Click](javascript:alert(1))>)" in render(talk, "md")


def test_captions_go_with_the_transcript(talk: Transcript) -> None:
    delete_transcript(talk)
    assert not Captions.objects.exists()

"""Links that cannot be imported: the reason in words, and nothing left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from tests import media
from tests.peers.server import Reply
from tests.peers.web import WebPeer
from tests.transcripts.pipeline.links.importing import assert_failed
from transcripts.models import Part, Transcript

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("status", "attempts", "why"),
    [(404, 1, "There is nothing at this address"), (403, 1, "without permission"), (500, 3, "cannot give it out now")],
)
def test_refusals(
    imported: Callable[..., Transcript],
    web: WebPeer,
    stored_files: Callable[[], list[str]],
    status: int,
    attempts: int,
    why: str,
) -> None:
    assert_failed(imported(web.fail("/x.mp3", status)), why, stored_files)
    assert Part.objects.get(step__name="resolve").attempt == attempts


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/x", "http://[::1]:8000/"]
)
def test_a_redirect_to_a_private_address(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], target: str
) -> None:
    assert_failed(imported(web.redirect("/away", target)), "is not on the public internet", stored_files)


def test_a_page_that_leads_to_a_private_address(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]]
) -> None:
    page = '<audio src="http://10.0.0.1/secret.mp3"></audio>'
    assert_failed(imported(web.add("/page", page)), "10.0.0.1 is not on the public internet", stored_files)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<html><title>Nothing</title><p>Only text</p></html>", "No recording was found on this page"),
        ('<audio src="a.mp3"></audio><audio src="b.mp3"></audio>', "This page has 2 recordings"),
        ("", "is no recording"),
    ],
)
def test_pages_without_one_recording(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], page: str, why: str
) -> None:
    media_type = "text/html" if page else "application/pdf"
    assert_failed(imported(web.add("/page", page or b"%PDF-1.7 ...", media_type)), why, stored_files)


def test_a_feed_with_many_episodes_says_which_there_are(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]]
) -> None:
    items = "".join(
        f'<item><title>No. {n}</title><enclosure url="https://cdn.example/{n}.mp3?token=s" type="audio/mpeg"/></item>'
        for n in (3, 2, 1)
    )
    transcript = imported(web.add("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>", "text/xml"))
    assert_failed(transcript, "3 episodes", stored_files)
    assert "“No. 3”, at https://cdn.example/3.mp3." in transcript.error
    assert "token" not in transcript.error


def test_what_only_pretends_to_be_a_recording(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]]
) -> None:
    url = web.add("/fake.mp3", b"ID3" + b"nothing of the kind " * 500, "audio/mpeg")
    assert_failed(imported(url), "damaged", stored_files)


def test_a_body_without_end(
    imported: Callable[..., Transcript],
    web: WebPeer,
    stored_files: Callable[[], list[str]],
    settings: LazySettings,
) -> None:
    settings.MAX_UPLOAD_SIZE = 300_000
    head = media.wav(1)
    web.pages["/endless.wav"] = Reply(
        200,
        headers={"Content-Type": "audio/wav"},
        flow=lambda: (head if n == 0 else b"\1" * 65536 for n in range(10**6)),
    )
    assert_failed(imported(f"{web.url}/endless.wav"), "larger than", stored_files)


def test_a_recording_that_says_it_is_too_large(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], settings: LazySettings
) -> None:
    settings.MAX_UPLOAD_SIZE = 50_000
    assert_failed(imported(web.recording("/large.wav", media.wav(4))), "larger than", stored_files)
    assert Part.objects.get(step__name="resolve").attempt == 1


def test_fetching_has_its_time(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], settings: LazySettings
) -> None:
    settings.IMPORT_TIME_LIMIT = 1
    url = web.slowly("/drip.wav", media.wav(2), seconds=0.1, media_type="audio/wav")
    assert_failed(imported(url), "longer than", stored_files)


@pytest.mark.parametrize(
    "page",
    [
        '<audio src="/a\0b.mp3?token=SECRET"></audio>',
        '<script type="application/ld+json">{"@type": "AudioObject", "contentUrl": "/\\ud800.mp3?key=SECRET"}</script>',
    ],
)
def test_an_address_with_characters_that_no_database_takes(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], page: str
) -> None:
    transcript = imported(web.add("/page", f"<title>Talk</title>{page}"))
    assert_failed(transcript, "recording", stored_files)  # of the page none is found, or yt-dlp's is refused
    assert "Error" not in transcript.error
    assert Part.objects.get(step__name="resolve").attempt == 1

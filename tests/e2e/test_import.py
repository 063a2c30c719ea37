"""A link becomes a transcript, with the captions that came with it beside the words."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.peers.web import WebPeer

TRANSCRIPT = re.compile(r"/transcripts/[0-9a-f-]{36}$")
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:04.000\nLet us talk about the new website\n\n00:04.000 --> 00:08.000\nGladly\n"


def test_a_link_becomes_a_transcript_with_captions_beside_it(page: Page, clip: Path) -> None:
    with WebPeer() as web:
        web.recording("/talk.wav", clip.read_bytes(), "audio/wav")
        web.add("/en.vtt", CAPTIONS, "text/vtt")
        link = web.add("/page", '<title>The library</title><audio src="talk.wav"><track src="en.vtt" srclang="en">')
        page.goto("/transcripts/new")
        page.get_by_role("textbox", name="Link").fill(link)
        page.get_by_role("button", name="Import and transcribe").click()
        page.wait_for_url(TRANSCRIPT)
        expect(page.locator(".said .text").first).to_contain_text("website", timeout=120_000)
        expect(page.get_by_role("progressbar", name="Processing")).to_have_count(0, timeout=120_000)
    expect(page.get_by_role("link", name="The library")).to_have_attribute("rel", "noopener noreferrer nofollow")
    page.get_by_text("Captions from the source").click()
    expect(page.get_by_role("cell", name="Let us talk about the new website")).to_be_visible()
    expect(page.get_by_text(re.compile(r"[0-9]+ % of the words agree"))).to_be_visible()


def test_a_link_that_is_refused_says_so_at_the_field(page: Page) -> None:
    page.goto("/transcripts/new")
    page.get_by_role("textbox", name="Link").fill("http://169.254.169.254/latest/")
    page.get_by_role("button", name="Import and transcribe").click()
    expect(page.locator("[data-link]")).to_contain_text("is not on the public internet")

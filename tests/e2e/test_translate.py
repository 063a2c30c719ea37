"""A transcript in another language, in a real browser: asked for by keyboard, seen to arrive, brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.site import Site, recording
from tests.peers.gpu_translate import KEY, GpuTranslatePeer
from tests.stack import running, until

ENGINES = {
    "TRANSCRIPTION_ENGINE": "tests.engines:FixedCost",
    "DIARIZATION_ENGINE": "tests.engines:TwoSpeakers",
    "LANGUAGE_ENGINE": "extractive",
    "TRANSLATION_ENGINE": "auto",
}


@pytest.fixture(scope="module")
def peer() -> Iterator[GpuTranslatePeer]:
    with GpuTranslatePeer() as peer:
        yield peer


@pytest.fixture(scope="module")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory, peer: GpuTranslatePeer) -> Iterator[Site]:
    service = {"TRANSLATE_URL": peer.url, "TRANSLATE_MODAL_API_KEY": KEY}
    with running(tmp_path_factory.mktemp("translating"), {**ENGINES, **service}) as stack:
        stack.web()
        stack.scheduler()
        found = Site(stack)
        found.start_worker()
        yield found


@pytest.fixture(scope="module")
def made(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A user, and the id of a finished transcript of theirs."""
    email = site.new_user()
    transcript = site.upload(email, recording(Path(tmp_path_factory.mktemp("audio")) / "exchange.wav", seconds=20))
    until(lambda: site.status(transcript) == "ended", seconds=60, what="the transcript")
    return email, transcript


@pytest.fixture
def reader(new_context: Callable[..., BrowserContext], site: Site, made: tuple[str, str]) -> Page:
    page = new_context().new_page()
    site.sign_in(page, made[0])
    return page


def headline(page: Page) -> Locator:
    return page.locator("[data-headline]")


def test_translated_by_keyboard_and_brought_up_to_date(
    reader: Page, site: Site, made: tuple[str, str], peer: GpuTranslatePeer
) -> None:
    reader.goto(f"/transcripts/{made[1]}")
    peer.slowness = 0.5
    choice = reader.get_by_label("Translate into")
    choice.select_option("French")
    choice.focus()
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(headline(reader)).to_have_text("Translating into French", timeout=15_000)
    expect(reader).to_have_url(f"{site.base}/transcripts/{made[1]}?language=fr")
    said = reader.locator(".said").first.locator(".text").inner_text()
    peer.slowness = 0.0

    first = reader.locator(".translated").first
    expect(first).to_have_text(f"en:fr:{said}", timeout=30_000)
    expect(first).to_have_attribute("lang", "fr")
    versions = reader.get_by_role("navigation", name="Languages of this transcript")
    expect(versions.get_by_role("link", name="French")).to_have_attribute("aria-current", "true")

    row = reader.request.get(f"/v1/transcripts/{made[1]}/translations/fr").json()[0]
    corrected = {"text": "Something else was said.", "seen": row["text"]}
    headers = {"X-CSRFToken": next(c["value"] for c in reader.context.cookies() if c["name"] == "csrftoken")}
    answer = reader.request.patch(
        f"/v1/transcripts/{made[1]}/utterances/{row['id']}", data=corrected, headers={**headers, "Referer": site.base}
    )
    assert answer.ok, answer.text()
    expect(reader.locator(".translated.stale")).to_have_count(1)
    reader.get_by_role("button", name="Update").click()
    expect(reader.locator(".translated").first).to_have_text("en:fr:Something else was said.", timeout=30_000)

    versions.get_by_role("link", name="English").click()
    expect(reader.locator(".translated")).to_have_count(0)


def test_cancelled_on_the_page(reader: Page, made: tuple[str, str], peer: GpuTranslatePeer) -> None:
    reader.goto(f"/transcripts/{made[1]}")
    peer.slowness = 60.0  # nobody waits for it: the cancel kills the engine
    reader.get_by_label("Translate into").select_option("German")
    reader.get_by_role("button", name="Translate").click()
    expect(headline(reader)).to_have_text("Translating into German", timeout=15_000)
    reader.get_by_role("button", name="Cancel").click()
    expect(headline(reader)).to_contain_text("The translation into German was cancelled.", timeout=15_000)
    expect(reader.locator(".said").first).to_be_visible()
    peer.slowness = 0.0

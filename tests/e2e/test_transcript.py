"""Reading, listening, and what the buttons do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.site import Site
from tests.e2e.test_upload import TRANSCRIPT, choose


@pytest.fixture
def listener(new_context: Callable[..., BrowserContext], site: Site, finished: tuple[str, str]) -> Iterator[Page]:
    """The page of a finished transcript."""
    email, transcript = finished
    page = new_context(viewport={"width": 1280, "height": 700}).new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    site.sign_in(page, email)
    page.goto(f"/transcripts/{transcript}")
    yield page
    assert errors == []


def place(page: Page) -> float:
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def is_playing(page: Page) -> bool:
    return bool(page.evaluate("!document.querySelector('audio').paused"))


def wait_for_place(page: Page, condition: str) -> None:
    page.wait_for_function(f"(t => {condition})(document.querySelector('audio').currentTime)")


def test_what_was_found_is_on_the_page(listener: Page) -> None:
    expect(listener.locator(".recap .moment").first).to_be_visible()
    expect(listener.get_by_role("img", name="Who spoke when")).to_be_visible()
    expect(listener.locator(".speakers .name").first).to_contain_text("Speaker")
    expect(listener.locator("[data-words] .text").first).to_contain_text("the new website")


def test_the_player_plays_and_the_words_follow(listener: Page) -> None:
    listener.get_by_role("button", name="Play", exact=True).click()
    wait_for_place(listener, "t > 1")
    expect(listener.locator("[data-clock]")).not_to_have_text("0:00")
    expect(listener.locator(".said.now")).to_have_count(1)
    assert float(listener.locator("[data-played]").get_attribute("width") or 0) > 0
    assert listener.evaluate("[...CSS.highlights.get('word-now')][0].toString().trim().length") > 0
    listener.get_by_role("button", name="Pause").click()
    assert not is_playing(listener)


def test_a_word_leads_to_its_moment(listener: Page) -> None:
    said = listener.locator(".said").last
    start = float(said.get_attribute("data-start") or 0)
    assert start > 0
    said.locator(".text").click(position={"x": 3, "y": 8})
    wait_for_place(listener, f"Math.abs(t - {start}) < 0.6")
    expect(said).to_have_class(re.compile("now"))
    assert not is_playing(listener)


def test_a_later_word_of_an_utterance_leads_further_in(listener: Page) -> None:
    text = listener.locator(".said .text").first
    box = text.bounding_box()
    assert box is not None
    text.click(position={"x": box["width"] / 2, "y": box["height"] - 8})
    wait_for_place(listener, "t > 2")


def test_a_time_plays_from_there(listener: Page) -> None:
    link = listener.locator(".said .time").last
    seconds = float(link.get_attribute("data-seek") or 0)
    link.click()
    wait_for_place(listener, f"t >= {seconds} && t < {seconds} + 5")
    assert is_playing(listener)


def test_keys_play_and_seek(listener: Page) -> None:
    listener.locator("h1").click()
    listener.keyboard.press("Space")
    wait_for_place(listener, "t > 0.2")
    listener.keyboard.press("Space")
    assert not is_playing(listener)
    before = place(listener)
    listener.get_by_role("slider", name="Place in the recording").focus()
    listener.keyboard.press("ArrowRight")
    wait_for_place(listener, f"Math.abs(t - {before} - 5) < 0.3")
    expect(listener.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile(r"^0:0\d of 0:[12]\d$"))


def test_the_speed_is_remembered(listener: Page) -> None:
    listener.get_by_label("Speed").select_option("1.5")
    listener.reload()
    expect(listener.get_by_label("Speed")).to_have_value("1.5")
    assert listener.evaluate("document.querySelector('audio').playbackRate") == 1.5


def test_downloads_carry_the_title(listener: Page) -> None:
    listener.get_by_text("Download", exact=True).click()
    with listener.expect_download() as download:
        listener.get_by_role("link", name="Subtitles (SRT)").click()
    assert download.value.suggested_filename.endswith(".srt")
    assert "00:00:" in Path(download.value.path()).read_text()


def test_everything_can_be_read_without_script(
    new_context: Callable[..., BrowserContext], site: Site, finished: tuple[str, str]
) -> None:
    email, transcript = finished
    page = new_context(java_script_enabled=False).new_page()
    site.sign_in(page, email)
    page.goto(f"/transcripts/{transcript}")
    expect(page.locator(".said .text").first).to_contain_text("the new website")
    expect(page.locator("audio")).to_have_attribute("controls", "")
    expect(page.locator(".controls")).to_be_hidden()
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("heading", name="Delete")).to_be_visible()
    page.get_by_role("link", name="Keep it").click()
    expect(page.locator(".said").first).to_be_visible()


def test_a_failure_is_shown_and_try_again_works(page: Page, site: Site, clip: Path, tmp_path: Path) -> None:
    """The file behind the transcript is away for a while, as on a disk that was not mounted."""
    with site.worker_away():
        choose(page, clip)
        page.get_by_role("button", name="Upload and transcribe").click()
        page.wait_for_url(TRANSCRIPT)
        expect(page.locator("[data-headline]")).to_have_text("Waiting for a free worker")
        transcript = page.url.rpartition("/")[2]
        stored = site.stack.var / "audio" / transcript
        away = stored.rename(tmp_path / transcript)
    expect(page.locator(".panel")).to_contain_text("Processing failed", timeout=90_000)
    expect(page.locator(".panel")).to_contain_text("storage")

    away.rename(stored)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("progressbar", name="Processing")).to_be_visible()
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=120_000)
    expect(page.locator(".said .text").first).to_contain_text("the new website")

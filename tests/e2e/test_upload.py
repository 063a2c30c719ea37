"""Recordings on their way in: by hand, interrupted, refused."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.e2e.site import Site

TRANSCRIPT = re.compile(r"/transcripts/[0-9a-f-]{36}$")
PIECES = "**/record/upload?*"


def choose(page: Page, path: Path) -> None:
    page.goto("/transcripts/new")
    page.get_by_label("Drop the file here, or choose it").set_input_files(path)


def test_a_file_goes_in_and_becomes_a_transcript_without_a_reload(page: Page, clip: Path) -> None:
    choose(page, clip)
    expect(page.locator("[data-upload]").get_by_label("Name")).to_have_value("Library website")
    page.get_by_role("button", name="Upload and transcribe").click()
    expect(page.get_by_role("progressbar", name="Library website.wav")).to_be_visible()
    page.wait_for_url(TRANSCRIPT)
    expect(page.get_by_role("progressbar", name="Processing")).to_be_visible()
    expect(page.get_by_text("Words", exact=True)).to_be_visible(timeout=120_000)  # which engine made them
    expect(page.get_by_role("progressbar", name="Processing")).to_have_count(0, timeout=120_000)
    expect(page.locator(".said .text").first).to_contain_text("the new website")
    expect(page.get_by_role("heading", name="Speakers")).to_be_visible()
    expect(page.get_by_role("heading", name="Next steps")).to_be_visible()
    expect(page.get_by_text("Draft quality.")).to_be_visible()
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_an_upload_goes_on_after_a_reload_where_it_stopped(page: Page, clip: Path) -> None:
    sent: list[str] = []

    def three(route: Route) -> None:
        """Let three pieces through; the fourth hangs, as on a connection that has died."""
        sent.append(route.request.url.partition("chunk_number=")[2].partition("&")[0])
        if len(sent) <= 3:
            route.continue_()

    page.route(PIECES, three)
    choose(page, clip)
    page.get_by_role("button", name="Upload and transcribe").click()
    expect(page.locator("[data-transfer-percent]")).to_have_text(re.compile("^[3-9][0-9] %$"))
    page.on("dialog", lambda dialog: dialog.accept())  # "Leave this page?"
    page.reload()
    page.unroute(PIECES)

    expect(page.get_by_text("The upload of “Library website.wav” is not finished.")).to_be_visible()
    page.on("request", lambda request: sent.append(request.url) if "chunk_number=" in request.url else None)
    page.get_by_label("Drop the file here, or choose it").set_input_files(clip)
    sent.clear()
    page.get_by_role("button", name="Go on with the upload").click()
    page.wait_for_url(TRANSCRIPT)
    numbers = [int(url.partition("chunk_number=")[2].partition("&")[0]) for url in sent]
    assert numbers == [3, 4, 5]
    page.goto("/transcripts/new")
    expect(page.get_by_text("is not finished")).to_have_count(0)
    page.goto("/")
    expect(page.get_by_role("listitem")).to_have_count(1)


def test_a_lost_connection_is_said_and_tried_again(page: Page, clip: Path) -> None:
    failing = {"left": 2}

    def sometimes(route: Route) -> None:
        if "chunk_number=1&" in route.request.url and failing["left"] > 0:
            failing["left"] -= 1
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(PIECES, sometimes)
    choose(page, clip)
    page.get_by_role("button", name="Upload and transcribe").click()
    expect(page.locator("[data-transfer-facts]")).to_contain_text("The connection is lost. Trying again in")
    page.wait_for_url(TRANSCRIPT)
    assert failing["left"] == 0


def test_an_upload_can_rest_and_be_given_up(page: Page, clip: Path) -> None:
    page.route(PIECES, lambda route: route.continue_() if "chunk_number=0" in route.request.url else None)
    choose(page, clip)
    page.get_by_role("button", name="Upload and transcribe").click()
    expect(page.locator("[data-transfer-percent]")).to_have_text(re.compile("^[1-9]"))
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-transfer-facts]")).to_contain_text("Paused.")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Upload and transcribe")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="No transcripts yet")).to_be_visible()


def test_text_that_is_named_mp3_is_refused_in_words(page: Page, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "minutes.mp3"
    path.write_text("Dear all, these are the minutes of our last meeting.\n" * 50)
    choose(page, path)
    page.get_by_role("button", name="Upload and transcribe").click()
    expect(page.get_by_role("alert")).to_contain_text("not an audio or video file")
    expect(page.get_by_role("button", name="Upload and transcribe")).to_be_enabled()
    page.goto("/")
    expect(page.get_by_role("heading", name="No transcripts yet")).to_be_visible()


def test_an_empty_file_is_refused_at_once(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "nothing.wav"
    path.touch()
    choose(page, path)
    expect(page.get_by_role("alert")).to_have_text("The file is empty. Choose another one.")


def test_a_file_can_be_dropped(page: Page) -> None:
    page.goto("/transcripts/new")
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["sound"], "Dropped.m4a", {type: "audio/mp4"}));
            const zone = document.querySelector("[data-drop]");
            zone.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.locator("[data-upload]").get_by_label("Name")).to_have_value("Dropped")

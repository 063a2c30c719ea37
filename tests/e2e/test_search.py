"""From a question to the second at which it was said."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.site import Site
from tests.e2e.test_transcript import listener, wait_for_place

__all__ = ["listener"]


def test_a_question_leads_to_the_second_at_which_it_was_said(listener: Page) -> None:
    said = listener.locator(".said").last
    seconds = float(said.get_attribute("data-start") or 0)
    words = said.locator(".text").inner_text().split()
    listener.goto("/")
    listener.keyboard.press("/")
    expect(listener.get_by_role("searchbox")).to_be_focused()
    listener.keyboard.type(f'"{" ".join(words[:4])}"')
    listener.keyboard.press("Enter")
    place = listener.locator(".place", has=listener.locator("mark")).filter(has_text=re.compile(r"At \d+:\d\d")).last
    expect(place).to_be_visible()
    place.click()
    listener.wait_for_url(re.compile(r"/transcripts/[0-9a-f-]+#u\d+$"))
    wait_for_place(listener, f"Math.abs(t - {seconds}) < 0.6")
    expect(listener.locator(".said:target")).to_be_in_viewport()


def test_it_works_without_script(
    new_context: Callable[..., BrowserContext], site: Site, finished: tuple[str, str]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    site.sign_in(page, finished[0])
    page.get_by_label("Search transcripts").fill("website")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hit mark").first).to_have_text(re.compile("website", re.IGNORECASE))
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Status").select_option("Failed")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Nothing was found")).to_be_visible()
    assert "status=error" in page.url
    page.get_by_role("link", name="Take these away").click()
    expect(page.locator(".hit")).to_have_count(1)

"""Getting in, the list, the sample, and that everybody can use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.site import Site
from tests.e2e.test_upload import TRANSCRIPT
from tests.stack import PROJECT

AXE = PROJECT / "node_modules/axe-core/axe.min.js"


def test_signing_in_leads_where_one_wanted_to_go(new_context: Callable[..., BrowserContext], site: Site) -> None:
    email = site.new_user()
    page = new_context().new_page()
    page.goto("/transcripts/new")
    expect(page.get_by_text("Sign in to see that page.")).to_be_visible()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("/transcripts/new")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("/sign-in")
    page.goto("/")
    page.wait_for_url("/sign-in?next=/")


def test_the_sample_can_be_tried_cancelled_and_deleted(page: Page) -> None:
    page.get_by_role("button", name="Try it with a sample meeting").click()
    page.wait_for_url(TRANSCRIPT)
    expect(page.get_by_role("heading", name="Sample meeting")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".panel")).to_contain_text("Its processing was cancelled")

    page.goto("/")
    expect(page.get_by_role("listitem")).to_contain_text("Not processed yet")
    page.get_by_role("link", name="Delete Sample meeting").click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete “Sample meeting”?")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("link", name="Delete Sample meeting").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("“Sample meeting” and its audio have been deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="No transcripts yet")).to_be_visible()


def test_the_list_follows_the_work(page: Page, site: Site, clip: Path) -> None:
    page.goto("/transcripts/new")
    page.get_by_label("Drop the file here, or choose it").set_input_files(clip)
    page.get_by_role("button", name="Upload and transcribe").click()
    page.wait_for_url(TRANSCRIPT)
    page.goto("/")
    expect(page.get_by_role("listitem")).to_contain_text(" %")
    expect(page.get_by_role("listitem")).to_contain_text("Finished", timeout=120_000)
    expect(page.get_by_role("listitem")).to_contain_text("Draft")


def test_another_persons_transcript_is_refused(page: Page, finished: tuple[str, str]) -> None:
    answer = page.goto(f"/transcripts/{finished[1]}")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", name="Not for you")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_pages(
    new_context: Callable[..., BrowserContext], site: Site, finished: tuple[str, str], scheme: str
) -> None:
    """The rules of axe: names, roles, contrast, order of headings."""
    email, transcript = finished
    page = new_context(color_scheme=scheme).new_page()
    page.goto("/sign-in")
    problems = violations(page)
    site.sign_in(page, email)
    for address in ("/", "/transcripts/new", f"/transcripts/{transcript}", f"/transcripts/{transcript}/delete"):
        page.goto(address)
        problems += violations(page)
    assert problems == []


def violations(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(found => found.violations)")
    return [
        f"{page.url}: {rule['help']}: {node['html'][:120]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_screen(
    new_context: Callable[..., BrowserContext], site: Site, finished: tuple[str, str], width: int
) -> None:
    email, transcript = finished
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    site.sign_in(page, email)
    for address in ("/", "/transcripts/new", f"/transcripts/{transcript}"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == width

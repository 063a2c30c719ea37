"""Pages that follow what happens, over networks as they are: cut, blocked, and with people who sign out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.site import Site, recording
from tests.peers.wire import Wire
from tests.stack import running

#: An engine that takes its time, two parts at once: eight seconds of audio take about seven, twenty-four about twenty.
ENVIRONMENT = {
    "TRANSCRIPTION_ENGINE": "tests.engines:FixedTime",
    "FIXED_COST": "1.7",
    "FIXED_COST_SHARD": "4",
    "DIARIZATION_ENGINE": "tests.engines:TwoSpeakers",
    "LANGUAGE_ENGINE": "extractive",
}
CUT = 10.0  # seconds without a network
LOST = re.compile("Reconnecting")
BLOCKED = "Live updates are blocked on this network; checking every 5 seconds."


@pytest.fixture(scope="module")
def slow(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, on which work takes long enough to watch it."""
    with running(tmp_path_factory.mktemp("slow"), ENVIRONMENT) as stack:
        stack.web()
        stack.scheduler()
        found = Site(stack)
        found.start_worker()
        yield found


@pytest.fixture
def wire(slow: Site) -> Iterator[Wire]:
    with Wire(slow.stack.port) as found:
        yield found


@pytest.fixture
def email(slow: Site) -> str:
    return slow.new_user()


@pytest.fixture
def profile(new_context: Callable[..., BrowserContext], wire: Wire, slow: Site, email: str) -> BrowserContext:
    """A browser in which somebody has signed in, and whose network is the wire."""
    found = new_context(base_url=wire.url)
    slow.sign_in(found.new_page(), email)
    return found


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    errors: list[str] = []
    found = profile.pages[0]
    found.on("pageerror", lambda error: errors.append(str(error)))
    yield found
    assert errors == []


@pytest.fixture
def long(tmp_path: Path) -> Path:
    return recording(tmp_path / "Long meeting.wav", seconds=24)


@pytest.fixture
def short(tmp_path: Path) -> Path:
    return recording(tmp_path / "Short meeting.wav", seconds=8)


def said(page: Page) -> Locator:
    """What the page says of its connection."""
    return page.locator("[data-connection-text]")


def watch(page: Page, site: Site, email: str, path: Path) -> str:
    """Open the page of a new transcript while work on it goes on; returns its id."""
    transcript = site.upload(email, path)
    page.goto(f"/transcripts/{transcript}")
    page.evaluate("window.untouched = true")
    expect(page.get_by_role("progressbar", name="Processing")).to_be_visible()
    return transcript


def digests(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-region]')].map(r => [r.id, r.dataset.digest]))"
    )
    return found


def assert_complete(page: Page) -> None:
    """It shows the end without having been reloaded, and all of it is what a fresh page shows."""
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("progressbar", name="Processing")).to_have_count(0)
    expect(page.locator(".said .text").first).to_contain_text("decided to ship the release")
    assert page.evaluate("window.untouched") is True
    fresh = page.context.new_page()
    fresh.goto(page.url)
    expected = digests(fresh)
    fresh.close()
    page.wait_for_function(
        "expected => [...document.querySelectorAll('[data-region]')].every(r => expected[r.id] === r.dataset.digest)",
        arg=expected,
    )
    assert digests(page).keys() == expected.keys()


# --- networks


def test_a_page_whose_network_was_cut_ends_complete(page: Page, slow: Site, wire: Wire, email: str, long: Path) -> None:
    watch(page, slow, email, long)
    page.wait_for_function("document.querySelector('[data-progress-bar]').value >= 10")
    wire.cut()
    cut_at = time.monotonic()
    expect(said(page)).to_have_text(LOST)
    page.wait_for_timeout((cut_at + CUT - time.monotonic()) * 1000)
    expect(page.get_by_role("progressbar", name="Processing")).to_be_visible()  # it is in the middle
    wire.mend()
    expect(said(page)).to_be_hidden(timeout=20_000)
    assert_complete(page)


def test_an_interruption_that_nobody_would_notice_is_not_shown(page: Page, wire: Wire) -> None:
    page.goto("/")
    page.evaluate(
        """() => {
            const line = document.querySelector("[data-connection]");
            new MutationObserver(() => window.flickered ||= !line.hidden).observe(line, {attributes: true});
        }"""
    )
    page.wait_for_timeout(500)
    wire.cut()
    wire.mend()
    page.wait_for_timeout(3000)
    assert page.evaluate("window.flickered") is not True


@pytest.mark.parametrize("way", ["refused by a proxy", "missing in the browser"])
def test_a_page_without_sockets_ends_complete(
    page: Page, slow: Site, wire: Wire, email: str, short: Path, way: str
) -> None:
    if way == "refused by a proxy":
        wire.refuses_upgrades = True
    else:
        page.add_init_script("window.WebSocket = class { constructor() { throw new Error('blocked') } }")
    watch(page, slow, email, short)
    expect(said(page)).to_have_text(BLOCKED, timeout=20_000)
    assert_complete(page)


def test_sockets_that_get_through_again_are_used_again(page: Page, wire: Wire) -> None:
    wire.refuses_upgrades = True
    page.goto("/")
    expect(said(page)).to_have_text(BLOCKED, timeout=20_000)
    wire.refuses_upgrades = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(said(page)).to_be_hidden(timeout=20_000)


# --- cancelling


def test_cancel_works_and_says_so(page: Page, slow: Site, email: str, long: Path) -> None:
    transcript = watch(page, slow, email, long)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".panel")).to_contain_text("Cancelled")
    expect(page.get_by_role("button", name="Process it")).to_be_visible()
    expect(page.locator("[data-cancel-said]")).to_be_hidden()
    assert page.evaluate("window.untouched") is True
    assert slow.status(transcript) == "uploaded"


def test_cancel_waits_for_the_network(page: Page, slow: Site, wire: Wire, email: str, long: Path) -> None:
    watch(page, slow, email, long)
    wire.cut()
    expect(said(page)).to_have_text(LOST)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Will be cancelled as soon as the connection is back.")).to_be_visible()
    wire.mend()
    expect(page.locator(".panel")).to_contain_text("Cancelled")
    expect(page.locator("[data-cancel-said]")).to_be_hidden()


def test_cancel_works_without_sockets(page: Page, slow: Site, wire: Wire, email: str, long: Path) -> None:
    wire.refuses_upgrades = True
    watch(page, slow, email, long)
    expect(said(page)).to_have_text(BLOCKED, timeout=20_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".panel")).to_contain_text("Cancelled")


# --- lists, other tabs and other people


def test_the_list_follows_what_happens_elsewhere(
    page: Page, profile: BrowserContext, slow: Site, email: str, short: Path
) -> None:
    page.goto("/")
    page.evaluate("window.untouched = true")
    expect(page.get_by_role("heading", name="No transcripts yet")).to_be_visible()
    transcript = slow.upload(email, short)
    row = page.get_by_role("listitem")
    expect(row).to_contain_text("Short meeting")
    expect(page.get_by_role("heading", name="Transcripts")).to_be_visible()
    expect(row).to_contain_text(re.compile(r"[1-9]\d* %"))
    expect(row).to_contain_text("Finished", timeout=60_000)

    other = profile.new_page()
    other.goto(f"/transcripts/{transcript}")
    slow.upload(email, short)
    expect(row).to_have_count(2)
    page.get_by_role("link", name=re.compile("^Delete ")).last.click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(row).to_have_count(1)
    expect(other.get_by_role("heading", name="This transcript has been deleted")).to_be_visible()
    other.get_by_role("link", name="To your transcripts").click()
    expect(other.get_by_role("listitem")).to_have_count(1)


def test_a_row_that_is_deleted_elsewhere_goes(
    page: Page, profile: BrowserContext, slow: Site, email: str, short: Path
) -> None:
    transcript = slow.upload(email, short)
    page.goto("/")
    page.evaluate("window.untouched = true")
    expect(page.get_by_role("listitem")).to_have_count(1)
    other = profile.new_page()
    other.goto(f"/transcripts/{transcript}/delete")
    other.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No transcripts yet")).to_be_visible()
    assert page.evaluate("window.untouched") is True


def test_a_page_that_is_not_ours_does_not_swallow_what_has_changed(
    page: Page, profile: BrowserContext, slow: Site, email: str, short: Path
) -> None:
    transcript = slow.upload(email, short)
    page.goto("/")
    expect(page.get_by_role("listitem")).to_contain_text("Finished", timeout=60_000)
    page.route("**/fragment?*", lambda route: route.fulfill(body="Accept the terms", content_type="text/html"))
    other = profile.new_page()
    other.goto(f"/transcripts/{transcript}/delete")
    with page.expect_response("**/fragment?*"):
        other.get_by_role("button", name="Delete").click()
    page.unroute("**/fragment?*")
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name="No transcripts yet")).to_be_visible()


def test_who_is_signed_out_elsewhere_is_told(page: Page, profile: BrowserContext, slow: Site, email: str) -> None:
    page.goto("/")
    other = profile.new_page()
    other.goto("/")
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("/sign-in")
    expect(said(page)).to_contain_text("You are signed out")
    page.locator("[data-connection]").get_by_role("link", name="Sign in").click()
    page.wait_for_url("/sign-in?next=/")

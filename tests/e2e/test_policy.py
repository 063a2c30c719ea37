"""A real browser opens every page and finds nothing that the content policy refuses, and no error in its console."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.e2e.site import Site
from tests.stack import EMAIL, PASSWORD

Problems = list[str]


@pytest.fixture
def watched(new_context: Callable[..., BrowserContext]) -> Iterator[tuple[Page, Problems]]:
    """A page, and whatever went wrong on it. The console says of each thing that a policy has blocked."""
    problems: Problems = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"{page.url}: {message.text}")

    page = new_context(bypass_csp=False).new_page()
    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective, e.blockedURI))"
    )
    yield page, problems
    assert problems == []


def test_pages_of_people(watched: tuple[Page, Problems], site: Site, finished: tuple[str, str]) -> None:
    page, _ = watched
    email, transcript = finished
    page.goto("/sign-in")
    site.sign_in(page, email)
    for path in ("/", "/transcripts/new", "/settings/api-keys", f"/transcripts/{transcript}/delete"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"/transcripts/{transcript}")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator("[data-clock]")).not_to_have_text("0:00")
    expect(page.locator("[data-connection]")).to_be_hidden()


def test_the_admin_site(watched: tuple[Page, Problems], site: Site, finished: tuple[str, str]) -> None:
    page, _ = watched
    page.goto("/admin/login/?next=/admin/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("/admin/")
    for path in (
        *("accounts/user/", "accounts/user/add/", "accounts/apikey/", "accounts/apikey/add/", "accounts/auditentry/"),
        *("transcripts/transcript/", "transcripts/run/", "meetings/room/add/", "consent/audioobject/"),
        f"transcripts/transcript/{finished[1]}/change/",
    ):
        answer = page.goto(f"/admin/{path}")
        assert answer is not None
        assert answer.ok, path
    page.goto("/admin/accounts/apikey/add/")
    page.get_by_role("link", name="Today").click()  # its scripts work
    expect(page.locator("#id_expires_at_0")).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))


def test_the_page_of_the_api(watched: tuple[Page, Problems], site: Site) -> None:
    """It shows the addresses, and calls one with a key."""
    page, _ = watched
    key = site.stack.manage("create_api_key", EMAIL).strip()
    page.goto("/docs")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator("#api_key_value").first.fill(key)
    page.get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()
    page.locator("#operations-user-v1_user_me .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    expect(page.locator(".live-responses-table")).to_contain_text(EMAIL)


def test_keys_are_made_copied_and_revoked(watched: tuple[Page, Problems], site: Site) -> None:
    page, _ = watched
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    site.sign_in(page, site.new_user())
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Name").fill("Poller")
    page.get_by_label("Write").uncheck()
    page.get_by_label("It expires after").select_option("30 days")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    key = page.evaluate("navigator.clipboard.readText()")
    assert key == page.get_by_label("API key", exact=True).inner_text()
    me = page.request.get("/v1/me", headers={"X-API-Key": key})
    assert me.ok
    page.goto("/settings/api-keys")
    row = page.get_by_role("row", name="Poller")
    expect(row).to_contain_text(key[:8])
    expect(row).not_to_contain_text(key)
    row.get_by_role("link", name="Revoke Poller").click()
    expect(page.get_by_role("dialog")).to_contain_text("Revoke “Poller”?")
    page.get_by_role("button", name="Keep it").click()
    row.get_by_role("link", name="Revoke Poller").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("is revoked. Nothing gets in by it any more.")).to_be_visible()
    expect(page.get_by_text("You have none.")).to_be_visible()

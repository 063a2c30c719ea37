"""Who comes in, in a real browser: by an OIDC issuer, and by a link for guests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.peers.oidc import AUDIENCE, OidcPeer
from tests.stack import PASSWORD, Stack, running

ANN = "ann@example.org"
MAKE = f"""
from accounts.models import User
from transcripts.domain.create import create_transcript
user = User.objects.create_user("{ANN}", "{PASSWORD}", name="Ann")
print(create_transcript(user=user, name="Budget and launch").pk)
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[OidcPeer]:
    with OidcPeer() as peer:
        yield peer


@pytest.fixture(scope="module")
def door(issuer: OidcPeer, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, str]]:
    """A site that knows an issuer, and the id of a transcript of Ann's."""
    settings = {"OIDC_ISSUER": issuer.url, "OIDC_CLIENT_ID": AUDIENCE, "OIDC_NAME": "Example ID"}
    directory: Path = tmp_path_factory.mktemp("door")
    with running(
        directory, {"TRANSCRIPTION_ENGINE": "pocketsphinx", "LANGUAGE_ENGINE": "extractive", **settings}
    ) as stack:
        stack.web()
        yield stack, stack.manage("shell", "--no-imports", "-c", MAKE).split()[-1]


def test_signing_in_at_the_issuer_and_out_again(
    door: tuple[Stack, str], issuer: OidcPeer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(base_url=door[0].base).new_page()
    page.goto("/sign-in?next=/transcripts/new")
    page.get_by_role("link", name="Sign in with Example ID").press("Enter")
    page.wait_for_url("**/transcripts/new")
    expect(page.locator("header.site")).to_contain_text("jwt@example.org")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert issuer.requests[-1].path == "/logout"


def test_somebody_who_is_not_let_in_reads_why(
    door: tuple[Stack, str], issuer: OidcPeer, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(base_url=door[0].base).new_page()
    issuer.refuses = "access_denied"
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in with Example ID").click()
    expect(page.get_by_role("status").first).to_contain_text("Example ID did not let you in")
    issuer.refuses = ""


def test_a_guest_reads_by_a_link_until_it_is_withdrawn(
    door: tuple[Stack, str], new_context: Callable[..., BrowserContext]
) -> None:
    stack, transcript = door
    page = new_context(base_url=stack.base).new_page()
    page.goto(f"/sign-in?next=/transcripts/{transcript}/share")
    page.get_by_label("E-mail").fill(ANN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("For whom").fill("Gina")
    page.get_by_role("button", name="Make a link").press("Enter")
    link = urlsplit(page.locator("#new-link").inner_text())

    guest = new_context(base_url=stack.base).new_page()
    guest.goto(f"{link.path}?{link.query}")
    expect(guest.locator("h1")).to_contain_text("Budget and launch")
    assert "grant" not in guest.url
    expect(guest.get_by_role("link", name="Share")).to_have_count(0)

    page.get_by_role("button", name="Withdraw the link for Gina").click()
    expect(guest.locator("h1")).to_have_text("This link has ended", timeout=20_000)

"""A whole Reflector of its own and a real Chromium: `make e2e`, or `python -m pytest tests/e2e`.

When a test fails, its trace and a picture of each page are left in test-results/.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.site import Site, recording
from tests.stack import PROJECT, running, until

RESULTS = PROJECT / "test-results"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
#: Small pieces, so that a small file has many; the draft engine, which needs nothing.
ENVIRONMENT = {
    "UPLOAD_CHUNK_SIZE": "50kB",
    "TRANSCRIPTION_ENGINE": "pocketsphinx",
    "DIARIZATION_ENGINE": "builtin",
    "LANGUAGE_ENGINE": "extractive",
    "OUTBOUND_ALLOW_NETWORKS": "127.0.0.0/8",
}

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


# --- the browser


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Without one there is nothing to test: that is fine at home, and a failure in CI."""
    for path in (os.environ.get("CHROMIUM", ""), *map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        if path and Path(path).exists():
            return path
    cached = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    if cached:
        return str(cached[-1])
    pytest.exit(
        "There is no Chromium here, so nothing was tested. Install chromium, or name one in CHROMIUM.",
        returncode=1 if os.environ.get("CI") == "true" else 0,
    )


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def new_context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile, for the site or for another `base_url`. What it showed is kept when the test fails."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        if "base_url" not in options:
            options["base_url"] = request.getfixturevalue("site").base
        # Playwright waits by scripts that no page of ours lets in; test_policy.py holds the pages to their policy.
        options.setdefault("bypass_csp", True)
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.tracing.start(snapshots=True)
        opened.append(context)
        return context

    yield make
    for number, context in enumerate(opened):
        if request.node.stash.get(_failed, False):
            _keep(context, RESULTS / f"{request.node.name}-{number}")
        context.close()


def _keep(context: BrowserContext, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    context.tracing.stop(path=directory / "trace.zip")
    for number, page in enumerate(context.pages):
        page.screenshot(path=directory / f"page-{number}.png", full_page=True)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], site: Site) -> Iterator[Page]:
    """A page of somebody who has just signed in and has no transcripts yet. Errors of scripts fail the test."""
    errors: list[str] = []
    found = new_context().new_page()
    found.on("pageerror", lambda error: errors.append(str(error)))
    site.sign_in(found, site.new_user())
    yield found
    assert errors == []


# --- the site


@pytest.fixture(scope="session")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Servers, web, worker and scheduler."""
    if not (PROJECT / "static/dist/main.js").exists():
        pytest.exit("The pages are not built. Run `make build` first.", returncode=1)
    with running(tmp_path_factory.mktemp("site"), ENVIRONMENT) as stack:
        stack.web()
        stack.scheduler()
        found = Site(stack)
        found.start_worker()
        yield found


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of the sample meeting, in which one voice speaks."""
    return recording(tmp_path_factory.mktemp("audio") / "Library website.wav", seconds=8)


@pytest.fixture(scope="session")
def finished(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A user, and the id of a finished transcript of theirs: the first exchange of the sample meeting."""
    email = site.new_user()
    path = recording(tmp_path_factory.mktemp("audio") / "exchange.wav", seconds=20)
    transcript = site.upload(email, path)
    until(lambda: site.status(transcript) in ("ended", "error"), seconds=180, what="the transcript")
    assert site.status(transcript) == "ended"
    return email, transcript

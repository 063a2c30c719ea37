"""Correcting a transcript on its page: names, words and who said them, seen by others as it happens, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.site import Site

HOW_MANY = 12
#: Transcripts of one person: two speakers, four turns, two words a second.
NEW_TRANSCRIPTS = """
from django.db import transaction
from accounts.models import User
from transcripts.domain import results
from transcripts.domain.create import create_transcript
from transcripts.engines.base import Word
from transcripts.models import Transcript
user = User.objects.get(email="{email}")
said = ["we chip on monday", "fine by me", "who tells the French office?", "I do that"]
words, time = [], 0.0
for turn, text in enumerate(said):
    for word in text.split():
        words.append(Word(" " + word, time, time + 0.4, turn % 2))
        time += 0.5
for number in range({count}):
    transcript = create_transcript(user=user, name=f"Talk {{number}}")
    with transaction.atomic():
        results.replace_words(transcript, words, language="en")
    Transcript.objects.filter(pk=transcript.pk).update(status="ended", duration=8000)
    print(transcript.pk)
"""


@dataclass
class Talk:
    email: str
    transcript: str


@pytest.fixture(scope="session")
def talks(site: Site) -> Iterator[Talk]:
    email = site.new_user()
    code = NEW_TRANSCRIPTS.format(email=email, count=HOW_MANY)
    made = site.stack.manage("shell", "--no-imports", "-c", code).split()
    return (Talk(email, transcript) for transcript in made)


@pytest.fixture
def talk(talks: Iterator[Talk]) -> Talk:
    return next(talks)


@pytest.fixture
def look(new_context: Callable[..., BrowserContext], site: Site, talk: Talk) -> Iterator[Callable[..., Page]]:
    """Open the transcript in a browser of its own."""
    errors: list[str] = []

    def open_page(**options: object) -> Page:
        page = new_context(**options).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        site.sign_in(page, talk.email)
        page.goto(f"/transcripts/{talk.transcript}")
        return page

    yield open_page
    assert errors == []


@pytest.fixture
def editor(look: Callable[..., Page]) -> Page:
    return look()


def texts(page: Page) -> Locator:
    return page.locator("[data-words] .text")


def toast(page: Page) -> Locator:
    return page.locator("[data-toast-text]")


def begin(page: Page, line: int) -> Locator:
    """Press E on the time of a line; where its text is edited."""
    page.locator(".said .time").nth(line).focus()
    page.keyboard.press("e")
    area = page.get_by_role("textbox", name="What was said")
    expect(area).to_be_focused()
    return area


def test_a_speaker_gets_a_name_in_place_and_loses_it_again(editor: Page) -> None:
    editor.get_by_label("Change Speaker 1").click()
    editor.get_by_label("Name", exact=True).nth(1).fill("Ana Maria")
    editor.keyboard.press("Enter")
    expect(toast(editor)).to_have_text("Added Ana Maria as Speaker 1.")
    expect(editor.locator(".who").nth(1)).to_contain_text("Ana Maria")
    expect(editor.locator(".edit-what").first).to_have_text("Added Ana Maria as Speaker 1.")
    editor.get_by_role("button", name="Undo", exact=True).click()
    expect(toast(editor)).to_have_text("Undone: Added Ana Maria as Speaker 1.")
    expect(editor.locator(".who").nth(1)).to_contain_text("Speaker 1")


def test_words_are_corrected_by_keyboard_and_others_see_it(look: Callable[..., Page]) -> None:
    editor, other = look(), look()
    times = editor.locator(".said").first.get_attribute("data-offsets") or ""
    area = begin(editor, 0)
    expect(area).to_have_value("we chip on monday")
    area.fill("we ship on Monday")
    editor.keyboard.press("Enter")
    expect(toast(editor)).to_contain_text("to “ship on Monday”.")
    expect(editor.locator(".said .time").first).to_be_focused()
    expect(texts(other).first).to_have_text("we ship on Monday")
    expect(editor.locator(".said").first).to_have_attribute("data-offsets", times)


def test_escape_leaves_it_as_it_was(editor: Page) -> None:
    begin(editor, 0).fill("something else")
    editor.keyboard.press("Escape")
    expect(editor.get_by_role("textbox", name="What was said")).to_have_count(0)
    expect(texts(editor).first).to_have_text("we chip on monday")
    expect(editor.locator(".edits")).to_have_count(0)


def test_who_goes_elsewhere_is_asked(editor: Page) -> None:
    area = begin(editor, 0)
    area.fill("we ship")
    editor.locator("h1").click()
    expect(editor.get_by_text("You have not saved this.")).to_be_visible()
    expect(area).to_have_value("we ship")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(texts(editor).first).to_have_text("we ship")


def test_an_emptied_line_is_taken_out_only_when_that_is_meant(editor: Page) -> None:
    begin(editor, 1).fill("")
    editor.keyboard.press("Enter")
    expect(editor.get_by_text("Nothing is left of it.")).to_be_visible()
    editor.keyboard.press("Enter")
    expect(toast(editor)).to_have_text("Removed “fine by me”.")
    expect(texts(editor).first).to_have_text("we chip on monday who tells the French office?")


def test_what_is_being_written_outlives_what_others_do(look: Callable[..., Page]) -> None:
    editor, other = look(), look()
    area = begin(editor, 0)
    area.fill("we ship on tuesday")
    begin(other, 0).fill("we sip on monday")
    other.keyboard.press("Enter")
    expect(texts(other).first).to_have_text("we sip on monday")
    expect(editor.get_by_text("It will show when you are done.")).to_be_visible()
    expect(area).to_have_value("we ship on tuesday")
    area.press("Enter")
    expect(editor.get_by_text("It says now: “we sip on monday”")).to_be_visible()
    area.press("Enter")
    for page in (editor, other):
        expect(texts(page).first).to_have_text("we ship on tuesday")


def test_selected_words_go_to_somebody_new(editor: Page) -> None:
    editor.evaluate(
        """() => {
            const range = new Range();
            const text = document.querySelectorAll(".said .text")[2].firstChild;
            range.setStart(text, 5);
            range.setEnd(text, 14);
            getSelection().addRange(range);
        }"""
    )
    editor.get_by_role("button", name="Who said this?").click()
    expect(editor.locator("[data-quoted]")).to_have_text("tells the")
    editor.get_by_label("Somebody new").fill("Dora")
    editor.keyboard.press("Enter")
    expect(toast(editor)).to_have_text("Gave “tells the” at 00:04 to Dora.")
    expect(texts(editor).nth(2)).to_have_text("who")
    expect(texts(editor).nth(3)).to_have_text("tells the")
    expect(editor.locator(".who").nth(3)).to_contain_text("Dora")


def test_a_turn_goes_to_another_speaker(editor: Page) -> None:
    editor.locator(".turn").nth(1).hover()
    editor.get_by_role("button", name="Not Speaker 1? Say who else").first.click()
    dialog = editor.get_by_role("dialog")
    expect(dialog.locator("[data-quoted]")).to_have_text("fine by me")
    dialog.get_by_role("button", name="Speaker 0").click()
    expect(editor.locator(".turn")).to_have_count(2)
    expect(texts(editor).first).to_have_text("we chip on monday fine by me who tells the French office?")


def test_words_of_a_line_are_given_away_by_keyboard(editor: Page) -> None:
    area = begin(editor, 0)
    area.evaluate("area => area.setSelectionRange(0, 7)")
    editor.get_by_role("button", name="Who said this?").press("Enter")
    editor.get_by_role("dialog").get_by_role("button", name="Speaker 1").press("Enter")
    expect(texts(editor).first).to_have_text("we chip")
    expect(editor.locator(".who").first).to_contain_text("Speaker 1")


def test_two_speakers_become_one_and_the_history_takes_it_back(editor: Page) -> None:
    editor.get_by_label("Change Speaker 1").click()
    editor.get_by_label("Same person as").nth(1).select_option(label="Speaker 0")
    editor.get_by_role("button", name="Merge").click()
    expect(editor.locator(".turn")).to_have_count(1)
    editor.get_by_role("button", name="Undo: Merged Speaker 1 into Speaker 0.").click()
    expect(editor.locator(".turn")).to_have_count(4)
    expect(editor.locator(".edit-who")).to_contain_text("undone by")
    expect(editor.get_by_role("button", name="Do again: Merged Speaker 1 into Speaker 0.")).to_be_visible()


def test_without_script_names_merges_and_undo_work(look: Callable[..., Page]) -> None:
    page = look(java_script_enabled=False)
    expect(page.locator("[data-edit-text]").first).not_to_be_visible()
    page.get_by_label("Change Speaker 1").click()
    page.get_by_label("Name", exact=True).nth(1).fill("Ben")
    page.keyboard.press("Enter")
    expect(page.locator(".who").nth(1)).to_contain_text("Ben")
    page.get_by_label("Change Speaker 0").click()
    page.get_by_label("Same person as").first.select_option(label="Ben")
    page.get_by_role("button", name="Merge").click()
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name="Undo: Merged Speaker 0 into Ben.").click()
    expect(page.locator(".turn")).to_have_count(4)


def test_it_fits_on_a_phone(look: Callable[..., Page]) -> None:
    page = look(viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Edit this text").first.click()
    expect(page.get_by_role("textbox", name="What was said")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

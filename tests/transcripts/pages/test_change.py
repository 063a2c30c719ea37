"""Renaming, reviewing and locking a transcript in the heading of its page."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from transcripts.enums import ShareMode
from transcripts.models import Transcript

from .looking import New, address, text_of


def press(browser: Client, transcript: Transcript, **fields: str) -> str:
    """The page after the form of its heading was sent."""
    return text_of(browser.post(address("change", transcript), fields, follow=True))


def test_renamed_in_place(browser: Client, finished: Transcript) -> None:
    assert "Ship it, at last" in press(browser, finished, title="  Ship it,   at last ")
    finished.refresh_from_db()
    assert (finished.title, finished.name, finished.edited) == ("Ship it, at last", "weekly.mp3", ["title"])


def test_an_emptied_title_gives_way_to_the_name(browser: Client, finished: Transcript) -> None:
    assert "weekly.mp3" in press(browser, finished, title="")
    finished.refresh_from_db()
    assert (finished.title, finished.edited) == (None, [])


def test_saving_what_is_there_changes_nothing(browser: Client, new_transcript: New) -> None:
    unnamed = new_transcript(name="weekly.mp3")
    press(browser, unnamed, title="weekly.mp3")
    unnamed.refresh_from_db()
    assert (unnamed.title, unnamed.edited) == (None, [])
    assert not AuditEntry.objects.filter(action="changed").exists()


def test_a_title_that_is_too_long_is_refused(browser: Client, finished: Transcript) -> None:
    assert "A title has 500 characters at most." in press(browser, finished, title="x" * 501)
    assert not AuditEntry.objects.filter(action="changed").exists()
    finished.refresh_from_db()
    assert finished.title == "Budget and launch"


def test_reviewed_and_locked_by_a_button_each(browser: Client, finished: Transcript) -> None:
    page = press(browser, finished, title="typed and not saved", reviewed="yes")
    assert "Reviewed" in page
    assert "Not reviewed after all" in page
    page = press(browser, finished, locked="yes")
    assert "Unlock" in page
    assert "Run again" not in page
    finished.refresh_from_db()
    assert (finished.title, finished.reviewed, finished.locked) == ("Budget and launch", True, True)
    press(browser, finished, reviewed="no")
    press(browser, finished, locked="no")
    finished.refresh_from_db()
    assert (finished.reviewed, finished.locked) == (False, False)


def test_a_reader_sees_the_marks_and_no_controls(client: Client, stranger: User, finished: Transcript) -> None:
    Transcript.objects.update(share_mode=ShareMode.SEMI_PRIVATE, reviewed=True, locked=True)
    client.force_login(stranger)
    page = text_of(client.get(address("transcript", finished)))
    assert "Reviewed" in page
    assert "Locked" in page
    assert "Rename" not in page
    assert client.post(address("change", finished), {"title": "Mine"}).status_code == 403


@pytest.mark.parametrize("verb", ["change"])
def test_only_by_post(browser: Client, finished: Transcript, verb: str) -> None:
    assert browser.get(address(verb, finished)).status_code == 405


def test_a_summary_that_a_person_wrote_is_shown_as_they_wrote_it(browser: Client, finished: Transcript) -> None:
    finished.short_summary, finished.long_summary = "We agreed.", "# Money\n\nAll **paid**. <i>x</i>"
    finished.summary_citations = {}
    finished.save()
    page = browser.get(address("transcript", finished)).content.decode()
    assert "<h3>Money</h3>\n<p>All <strong>paid</strong>. &lt;i&gt;x&lt;/i&gt;</p>" in page
    finished.summary_citations = {"sections": [{"heading": "Costs", "sentences": [{"text": "Low.", "seconds": [7]}]}]}
    finished.save()
    page = text_of(browser.get(address("transcript", finished)))
    assert "We agreed." in page
    assert "Costs Low." in page
    assert "Money" not in page

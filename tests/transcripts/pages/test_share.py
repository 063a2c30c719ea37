"""The page on which an owner shares a transcript."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from accounts.models import AuditEntry, Grant, User
from meetings.models import Room
from transcripts.enums import ShareMode
from transcripts.models import Transcript

from .looking import New, address, text_of


def test_who_can_read_it(browser: Client, transcript: Transcript) -> None:
    page = address("share", transcript)
    assert f'href="{page}"' in browser.get(address("transcript", transcript)).content.decode()
    for mode in ("public", "semi-private", "private"):
        assert browser.post(page, {"share_mode": mode})["Location"] == page
        transcript.refresh_from_db()
        assert transcript.share_mode == mode
        assert re.search(f'value="{mode}"[^>]* checked>', browser.get(page).content.decode())


def test_nonsense_changes_nothing(browser: Client, transcript: Transcript) -> None:
    browser.post(address("share", transcript), {"share_mode": "everywhere"})
    browser.post(address("share", transcript), {"name": "x", "days": "9999"})
    transcript.refresh_from_db()
    assert (transcript.share_mode, Grant.objects.count()) == (ShareMode.PRIVATE, 0)
    assert not AuditEntry.objects.filter(action__in=["changed", "shared"]).exists()


def test_a_shared_room_is_named(browser: Client, owner: User, new_transcript: New) -> None:
    room = Room.objects.create(name="kitchen", user=owner, is_shared=True)
    page = address("share", new_transcript(room=room))
    assert "shared room “kitchen”, so everyone who is signed in can read it" in text_of(browser.get(page))
    Room.objects.update(is_shared=False)
    assert "shared room" not in text_of(browser.get(page))


def test_a_link_is_made_shown_once_used_and_withdrawn(browser: Client, transcript: Transcript) -> None:
    page = address("share", transcript)
    made = browser.post(page, {"name": "Gina", "days": "30"})
    assert "no-store" in made["Cache-Control"]
    found = re.search(r'id="new-link"[^>]*>([^<]+)<', made.content.decode())
    assert found is not None
    link = html.unescape(found[1]).partition("/transcripts/")[2]
    again = browser.get(page).content.decode()
    assert "Gina" in again
    assert link.partition("grant=")[2] not in again
    guest = Client()
    assert guest.get(f"/transcripts/{link}", follow=True).status_code == 200
    browser.post(f"{page}/{Grant.objects.get().pk}/revoke")
    assert "Gina" not in browser.get(page).content.decode().partition("Links for guests")[2]
    assert guest.get(address("transcript", transcript)).status_code == 403


@pytest.mark.parametrize("path", ["share"])
def test_it_is_for_those_who_may_change_it(client: Client, stranger: User, new_transcript: New, path: str) -> None:
    transcript = new_transcript(share_mode=ShareMode.PUBLIC)
    page = address(path, transcript)
    assert client.get(page)["Location"] == f"/sign-in?next={page}"
    client.force_login(stranger)
    assert client.get(page).status_code == client.post(page, {"share_mode": "private"}).status_code == 403
    assert page not in client.get(address("transcript", transcript)).content.decode()

"""Sending a transcript to Zulip from its page."""

from __future__ import annotations

from django.test import Client

from accounts.models import AuditEntry, User
from tests.peers.zulip import ZulipPeer, refuse
from transcripts.enums import ShareMode
from transcripts.models import Transcript

from .looking import address, text_of


def test_first_the_stream_then_the_topic(browser: Client, finished: Transcript, zulip: ZulipPeer) -> None:
    assert "Send to Zulip" in text_of(browser.get(address("transcript", finished)))
    page = address("send-to-zulip", finished)
    first = text_of(browser.get(page))
    assert "general meetings" in first
    assert "Topic" not in first
    assert "Send to “meetings”" in text_of(browser.get(f"{page}?stream=7"))
    assert "Choose or write a topic first." in text_of(browser.post(f"{page}?stream=7", {"topic": " "}))
    sent = browser.post(f"{page}?stream=7", {"topic": "Weekly", "include_topics": "on"}, follow=True)
    assert "It is in Zulip, in the stream “meetings”." in text_of(sent)
    assert "Send to Zulip again" in text_of(sent)
    (message,) = zulip.messages.values()
    assert (message.stream, message.topic) == ("meetings", "Weekly")
    assert "1. [00:00] Greetings\n2. [00:07] Launch & press" in message.content
    assert '<option value="Weekly">' in browser.get(f"{page}?stream=7").content.decode()
    again = browser.post(f"{page}?stream=7", {"topic": "Weekly"}, follow=True)
    assert "Its message in Zulip has been written anew." in text_of(again)
    assert len(zulip.messages) == 1


def test_what_zulip_says_against_it_is_shown(browser: Client, finished: Transcript, zulip: ZulipPeer) -> None:
    zulip.fail = [refuse("Invalid API key", code="UNAUTHORIZED", status=401)]
    answer = browser.get(address("send-to-zulip", finished), follow=True)
    assert "Zulip does not know our bot" in text_of(answer)


def test_a_stream_that_is_not_there(browser: Client, finished: Transcript, zulip: ZulipPeer) -> None:
    page = text_of(browser.get(address("send-to-zulip", finished) + "?stream=99"))
    assert "Topic" not in page
    assert browser.post(address("send-to-zulip", finished) + "?stream=99", {"topic": "x"}).status_code == 200
    zulip.fail = [refuse("No", code="BAD_REQUEST", status=400)]
    browser.post(address("send-to-zulip", finished) + "?stream=7", {"topic": "x"})
    assert not AuditEntry.objects.filter(action="changed").exists()
    assert zulip.messages == {}


def test_without_a_zulip_nothing_is_offered(browser: Client, finished: Transcript) -> None:
    assert "Zulip" not in text_of(browser.get(address("transcript", finished)))
    answer = browser.get(address("send-to-zulip", finished), follow=True)
    assert "This site has no Zulip to send to." in text_of(answer)


def test_a_reader_sends_nothing(client: Client, stranger: User, finished: Transcript, zulip: ZulipPeer) -> None:
    Transcript.objects.update(share_mode=ShareMode.SEMI_PRIVATE)
    client.force_login(stranger)
    assert "Zulip" not in text_of(client.get(address("transcript", finished)))
    assert client.post(address("send-to-zulip", finished) + "?stream=7", {"topic": "x"}).status_code == 403
    assert zulip.messages == {}

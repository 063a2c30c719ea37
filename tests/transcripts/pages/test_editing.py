"""What the forms of a transcript's page change, as a browser without script sends them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import AuditAction
from accounts.models import AuditEntry, User
from tests.transcripts.pipeline import canned
from transcripts.domain.participants import add_participant
from transcripts.domain.speakers import assign_speaker
from transcripts.enums import ShareMode
from transcripts.models import Participant, Topic, Transcript

pytestmark = pytest.mark.django_db

Say = Callable[..., Topic]


@pytest.fixture
def talk(transcript: Transcript, say: Say) -> Transcript:
    say(transcript, (0, "we ship on monday"), (1, "fine by me"))
    return transcript


@pytest.fixture
def browser(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def page(browser: Client, transcript: Transcript) -> str:
    return browser.get(reverse("transcript", args=[transcript.pk])).content.decode()


def send(browser: Client, name: str, transcript: Transcript, *args: int, **fields: str) -> str:
    """Press a button; what the page says after it."""
    answer = browser.post(reverse(name, args=[transcript.pk, *args]), fields, follow=True)
    assert answer.redirect_chain == [(reverse("transcript", args=[transcript.pk]), 302)]
    return answer.content.decode()


def test_names_are_given_and_changed_all_at_once(browser: Client, talk: Transcript, owner: User) -> None:
    add_participant(talk, by=owner, name="Ann", speaker=0)
    shown = send(browser, "speaker-names", talk, **{"name-0": "Anna Maria", "name-1": " Ben ", "into-0": "1"})
    assert sorted(talk.participants.values_list("speaker", "name")) == [(0, "Anna Maria"), (1, "Ben")]
    assert "Renamed Ann to Anna Maria." in shown
    assert "Added Ben as Speaker 1." in shown
    send(browser, "speaker-names", talk, **{"name-0": "Anna Maria", "name-1": "", "name-x": "y"})
    assert talk.edits.count() == 3


def test_two_speakers_become_one(browser: Client, talk: Transcript) -> None:
    assert "Choose first who it is." in send(browser, "merge-speaker", talk, 1, **{"into-1": ""})
    assert "Merged Speaker 1 into Speaker 0." in send(browser, "merge-speaker", talk, 1, **{"into-1": "0"})
    assert list(talk.utterances.values_list("speaker", flat=True)) == [0]


def test_what_is_refused_is_said(browser: Client, talk: Transcript, owner: User) -> None:
    for number, name in enumerate(["Ann", "Ben"]):
        add_participant(talk, by=owner, name=name, speaker=number)
    said = send(browser, "merge-speaker", talk, 1, **{"into-1": "0"})
    assert "Both speakers are assigned to participants." in said
    assert not AuditEntry.objects.filter(action=AuditAction.CHANGED).exists()
    send(browser, "undo", talk, 2)
    assert AuditEntry.objects.get(action=AuditAction.CHANGED).subject == talk.stream_key


def test_undo_and_do_again(browser: Client, talk: Transcript, owner: User) -> None:
    assign_speaker(talk, by=owner, timestamp_from=0, timestamp_to=1, speaker=1)
    assert f'formaction="{reverse("undo", args=[talk.pk, 1])}"' in page(browser, talk)
    shown = send(browser, "undo", talk, 1)
    assert "undone by Olivia" in shown
    assert f'formaction="{reverse("redo", args=[talk.pk, 1])}"' in shown
    assert "undone by" not in send(browser, "redo", talk, 1)
    assert "Edit not found." in send(browser, "undo", talk, 9)


def test_who_may_only_read_sees_and_does_nothing_of_it(talk: Transcript, stranger: User, owner: User) -> None:
    Transcript.objects.filter(pk=talk.pk).update(share_mode=ShareMode.SEMI_PRIVATE)
    add_participant(talk, by=owner, name="Ann", speaker=0)
    reader = Client()
    reader.force_login(stranger)
    shown = page(reader, talk)
    assert "Ann" in shown
    for mark in ("edit-form", "data-utterance", "data-move", "History", "known-names"):
        assert mark not in shown
    for name, args in (("speaker-names", []), ("merge-speaker", [1]), ("undo", [1]), ("redo", [1])):
        assert reader.post(reverse(name, args=[talk.pk, *args])).status_code == 403


def test_names_of_other_meetings_are_suggested(
    browser: Client, talk: Transcript, new_transcript: Callable[..., Transcript], stranger: User
) -> None:
    for _ in range(2):
        Participant.objects.create(transcript=new_transcript(), name="Often")
    Participant.objects.create(transcript=new_transcript(), name="Once")
    Participant.objects.create(transcript=new_transcript(user=stranger), name="Anothers")
    shown = page(browser, talk)
    assert (
        '<datalist id="known-names"><option value="Often"></option><option value="Once"></option></datalist>' in shown
    )


@pytest.mark.parametrize(("choice", "kept"), [({}, True), ({"edits": "discard"}, False)], ids=["keep", "discard"])
def test_running_again(
    browser: Client, talk: Transcript, owner: User, monkeypatch: pytest.MonkeyPatch, choice: dict[str, str], kept: bool
) -> None:
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)
    canned.uploaded(talk)
    Transcript.objects.filter(pk=talk.pk).update(status="ended")
    assert "Discard all edits" not in page(browser, talk)
    add_participant(talk, by=owner, name="Ann", speaker=0)
    assert "Discard all edits" in page(browser, talk)
    send(browser, "process", talk, **choice)
    assert talk.runs.get().keep_edits is kept

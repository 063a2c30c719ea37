"""What the buttons do."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from transcripts.enums import RunState, TranscriptStatus
from transcripts.models import Transcript

from .looking import New, address, run_of, text_of


def test_delete_asks_and_then_does_it(browser: Client, finished: Transcript) -> None:
    page = address("delete", finished)
    assert "Delete “Budget and launch”?" in text_of(browser.get(page))
    assert Transcript.objects.filter(pk=finished.pk).exists()
    answer = browser.post(page, follow=True)
    assert "“Budget and launch” and its audio have been deleted." in text_of(answer)
    assert not Transcript.objects.filter(pk=finished.pk).exists()


def test_what_cannot_be_processed_is_said(browser: Client, transcript: Transcript) -> None:
    answer = browser.post(address("process", transcript), follow=True)
    assert "This cannot be processed: Recording is not ready for processing." in text_of(answer)


def test_a_second_press_of_process_is_harmless(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(status=TranscriptStatus.PROCESSING)
    run_of(transcript)
    answer = browser.post(address("process", transcript))
    assert answer["Location"] == address("transcript", transcript)
    assert transcript.runs.count() == 1


def test_cancel_without_anything_at_work_says_so(browser: Client, finished: Transcript) -> None:
    answer = browser.post(address("cancel", finished), follow=True)
    assert "There was nothing left to cancel." in text_of(answer)


def test_the_sample_becomes_a_transcript_that_is_processed(browser: Client) -> None:
    answer = browser.post(reverse("sample"))
    transcript = Transcript.objects.get()
    assert answer["Location"] == address("transcript", transcript)
    assert (transcript.status, transcript.runs.get().state) == (TranscriptStatus.UPLOADED, RunState.ACTIVE)

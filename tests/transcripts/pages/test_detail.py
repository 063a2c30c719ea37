"""The page of one transcript."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.db.transaction import atomic
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from consent import vault
from consent.models import AudioKind
from reflector_site.events.log import last_seqs
from transcripts.enums import RunState, StepState, TranscriptStatus
from transcripts.events import FinalTitle, Status, announce
from transcripts.live import keeping, ogg
from transcripts.live.keeping import Order
from transcripts.models import Participant, Run, Step, Transcript
from transcripts.pages import detail
from transcripts.pipeline.plans import FILE

from .looking import New, Say, address, run_of, text_of


def test_the_page_shows_all_that_was_found(browser: Client, finished: Transcript, named: Callable[..., Any]) -> None:
    named(finished, 0, "Ann")
    answer = browser.get(address("transcript", finished))
    page = text_of(answer)
    for words in (
        "Budget and launch",
        "12 s English",
        "3 speakers",
        "The budget holds. Play at 0:01",
        "Money All is paid. Play at 0:07",
        "Launch in May Play at 0:08 Ann It is ready",
        "Write to the press Play at 0:09 Bob Friday",
        "Ann 25 %",
        "Launch &amp; press",
        "Words PocketSphinx Draft en-us, 5.1.1",
        "Topics OpenAI-compatible service phi-4, 5.1.1",
        "Draft quality. The words were made by the built-in recogniser",
    ):
        assert words in page
    assert 'lang="en"' in answer.content.decode()


def test_what_people_say_is_text_and_not_html(browser: Client, finished: Transcript) -> None:
    page = browser.get(address("transcript", finished)).content.decode()
    assert "let us &lt;b&gt;launch&lt;/b&gt; in May" in page
    assert "<b>launch" not in page


def test_words_that_nobody_said_are_marked(browser: Client, finished: Transcript) -> None:
    page = browser.get(address("transcript", finished)).content.decode()
    assert re.search(
        r'good to hear <mark class="suspect" title="Nobody was heard here[^"]*">thanks</mark></span>', page
    )
    assert "Dotted words" in page


def test_moments_lead_to_what_is_said_there(browser: Client, finished: Transcript) -> None:
    page = browser.get(address("transcript", finished)).content.decode()
    assert re.search(r'<a class="moment" href="#u2" data-seek="8"', page)
    assert re.search(r'<p class="said" id="u2" data-start="7.0" data-end="12.0"', page)


class Addresses(HTMLParser):
    """Collects ids and the fragments that links point to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if (href := found.get("href") or "").startswith("#"):
            self.targets.add(href[1:])
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not found.get("src") and found.get("type") != "application/json"):
            self.inline.append(tag)


@pytest.mark.parametrize("path", ["/", "/transcripts/new", "transcript"])
def test_links_lead_somewhere_and_nothing_is_inline(browser: Client, finished: Transcript, path: str) -> None:
    page = browser.get(address(path, finished) if path == "transcript" else path).content.decode()
    found = Addresses(page)
    assert len(found.ids) == len(set(found.ids))
    assert found.targets <= set(found.ids)
    assert found.inline == []  # so that a strict content security policy can be set


@time_machine.travel("2026-03-02 10:00Z", tick=False)
def test_work_is_shown_with_stage_and_percent(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(status=TranscriptStatus.PROCESSING)
    run_of(
        transcript,
        open_step="transcribe",
        percent=33.4,
        started_at=timezone.now() - timedelta(seconds=75),
        measured_at=timezone.now(),
        message="Writing down what is said",
        sub_progress={"current": 12.0, "total": 60.0, "description": "minutes"},
        remaining=3700.5,
    )
    page = text_of(browser.get(address("transcript", transcript)))
    assert "Transcribing Cancel" in page
    assert "33 %" in page
    assert "Transcribing : working" in page
    assert "Summarizing : waiting" in page
    assert "Writing down what is said 12 of 60 minutes Elapsed 01:15 Remaining 1:01:40" in page


def test_numbers_that_change_every_second_have_a_region_of_their_own(browser: Client, new_transcript: New) -> None:
    """So that the stages and the cancel button are left alone until a stage changes."""
    transcript = new_transcript(status=TranscriptStatus.PROCESSING)
    run = run_of(transcript, open_step="transcribe", percent=33.4, started_at=timezone.now())
    before = digests(browser, transcript)
    Run.objects.filter(pk=run.pk).update(percent=34, message="Fetching the model", remaining=12)
    after = digests(browser, transcript)
    assert {name for name in before if before[name] != after[name]} == {"progress"}


def digests(browser: Client, transcript: Transcript) -> dict[str, str]:
    page = browser.get(address("transcript", transcript)).content.decode()
    return dict(re.findall(r'id="(\w+)" class="region[^"]*" data-region data-digest="(\w+)"', page))


def test_scripts_find_what_they_change_in_place(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(status=TranscriptStatus.PROCESSING)
    run_of(transcript, open_step="transcribe", started_at=timezone.now())
    page = browser.get(address("transcript", transcript)).content.decode()
    for name in ("bar", "percent", "stage", "message", "sub", "elapsed", "remaining"):
        assert page.count(f" data-progress-{name}") == 1
    found = re.findall(r'data-stage="([\w ]+)" data-state="(\w+)"', page)
    assert [name for name, _ in found] == FILE.stages()
    assert found[:3] == [
        ("Reading the file", "waiting"),
        ("Transcribing", "working"),
        ("Identifying speakers", "waiting"),
    ]


def test_a_page_that_was_read_while_the_run_ended_is_still_at_work(browser: Client, new_transcript: New) -> None:
    """The transcript is read before its run: between the two the run may end."""
    transcript = new_transcript(status=TranscriptStatus.PROCESSING)
    run_of(transcript, open_step="finish", state=RunState.ENDED, percent=100)
    assert 'id="cancel"' in browser.get(address("transcript-fragment", transcript)).content.decode()


def test_a_recording_says_since_when_and_can_be_stopped(browser: Client, transcript: Transcript) -> None:
    page = address("transcript", transcript)
    hold = keeping.take_up(transcript.pk)
    assert "Waiting for sound Stop The microphone is being connected." in text_of(browser.get(page))
    keeping.add(hold, [ogg.SILENCE] * 50, silent_for=0.0)
    shown = browser.get(page)
    assert re.search(r"Recording since \d\d:\d\d Stop What is said is kept as it comes", text_of(shown))
    began = datetime.fromisoformat(re.findall(r'data-since="([^"]+)"', shown.content.decode())[0])
    assert abs((timezone.now() - began).total_seconds() - 1) < 2
    browser.post(address("cancel", transcript))
    assert keeping.renew(hold, silent_for=0.0) == Order.STOP


def test_a_cancelled_run_is_said(browser: Client, new_transcript: New) -> None:
    first = new_transcript(status=TranscriptStatus.UPLOADED)
    run_of(first, state=RunState.CANCELLED)
    assert "Cancelled The recording is here. Its processing was cancelled." in text_of(
        browser.get(address("transcript", first))
    )
    again = new_transcript(status=TranscriptStatus.ENDED)
    run_of(again, state=RunState.CANCELLED)
    assert "Cancelled. The transcript is again what it was before." in text_of(
        browser.get(address("transcript", again))
    )


def test_the_page_names_its_streams_and_how_far_they_were(browser: Client, transcript: Transcript) -> None:
    with atomic():
        announce(transcript, Status(value="uploaded"))
    page = browser.get(address("transcript", transcript)).content.decode()
    seqs = last_seqs([transcript.stream_key, f"user:{transcript.user_id}", "user:nobody"])
    assert seqs[transcript.stream_key] > 0
    assert seqs["user:nobody"] == 0
    assert f'data-stream="{transcript.stream_key}" data-cursor="{seqs[transcript.stream_key]}"' in page
    own = f"user:{transcript.user_id}"
    assert f'data-user-stream="{own}" data-user-cursor="{seqs[own]}"' in page
    assert f'data-regions="{address("transcript-fragment", transcript)}"' in page


def test_what_happens_while_the_page_is_made_comes_after_its_cursor(
    browser: Client, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody renames it between two queries of the page: the page is told again, rather than never."""
    read = detail.readable

    def renamed_meanwhile(*arguments: Any, **options: Any) -> Transcript:
        with atomic():
            announce(transcript, FinalTitle(title="Renamed"))
        return read(*arguments, **options)

    before = last_seqs([transcript.stream_key])[transcript.stream_key]
    monkeypatch.setattr(detail, "readable", renamed_meanwhile)
    page = browser.get(address("transcript", transcript)).content.decode()
    assert f'data-cursor="{before}"' in page


def test_a_run_that_nobody_has_taken_waits(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(status=TranscriptStatus.UPLOADED)
    run_of(transcript, open_step="probe")
    assert "Waiting for a free worker" in text_of(browser.get(address("transcript", transcript)))


def test_a_failure_is_shown_with_what_was_made_before_it(browser: Client, new_transcript: New, say: Say) -> None:
    transcript = new_transcript(status=TranscriptStatus.ERROR, error="The language service answered 500.")
    run_of(transcript, open_step="summary", state=RunState.FAILED)
    say(transcript, (0, "these words are kept"))
    page = text_of(browser.get(address("transcript", transcript)))
    assert "The language service answered 500." in page
    assert "Try again" in page
    assert "these words are kept" in page


def test_why_a_step_was_skipped_is_said(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(status=TranscriptStatus.ENDED)
    run = run_of(transcript, open_step="finish", state=RunState.ENDED)
    Step.objects.filter(run=run, name="diarize").update(state=StepState.SKIPPED, message="The service is switched off.")
    assert "The service is switched off." in text_of(browser.get(address("transcript", transcript)))


def test_the_player_comes_with_the_audio(browser: Client, finished: Transcript) -> None:
    page = address("transcript", finished)
    assert "<audio" not in browser.get(page).content.decode()
    vault.adopt(
        vault.store(
            io.BytesIO(b"ID3"),
            kind=AudioKind.PLAYBACK,
            transcript_id=finished.pk,
            extension="mp3",
            media_type="audio/mpeg",
            origin="test",
        )
    )
    assert f'src="{reverse("api-audio", args=[finished.pk])}"' in browser.get(page).content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_a_transcript_costs_the_same_whatever_it_holds(
    browser: Client,
    new_transcript: New,
    say: Say,
    named: Callable[..., Participant],
    item_count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    transcript = new_transcript(status=TranscriptStatus.PROCESSING, duration=60_000)
    run_of(transcript)
    for number in range(item_count):
        say(transcript, (number, "one two three"), (number + 1, "four five"))
        named(transcript, number, f"Person {number}")
    # session, user, transcript, participants, topics, captions, run, steps, utterances, audio, audit; two of
    # translations; history, names of other meetings; and the cursors
    for name, queries in (("transcript", 16), ("transcript-fragment", 15)):
        with django_assert_num_queries(queries):
            browser.get(address(name, transcript))

"""The pages: what they show, to whom, at what cost."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.safestring import mark_safe
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from consent import vault
from consent.models import AudioKind
from tests import media
from transcripts.enums import RunState, ShareMode, StepState, TranscriptStatus
from transcripts.models import Participant, Run, Step, Topic, Transcript
from transcripts.pages.regions import Region
from transcripts.pipeline.plans import FILE

New = Callable[..., Transcript]
Say = Callable[..., Topic]
DRAFT = {"engine": "pocketsphinx", "model": "en-us", "version": "5.1.1", "draft": True}


@pytest.fixture
def browser(client: Client, owner: User) -> Client:
    """The owner's browser."""
    client.force_login(owner)
    return client


def text_of(answer: Any) -> str:
    """What the page says, without its elements."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def address(name: str, transcript: Transcript, *more: str) -> str:
    return reverse(name, args=[transcript.pk, *more])


def run_of(transcript: Transcript, *, open_step: str = "transcribe", **fields: Any) -> Run:
    """An active run in which everything above `open_step` is done."""
    run = Run.objects.create(transcript=transcript, plan="file", before={}, **fields)
    opened = FILE.names().index(open_step)
    for position, name in enumerate(FILE.names()):
        state = StepState.DONE if position < opened else StepState.WAITING
        Step.objects.create(
            run=run, name=name, position=position, state=StepState.OPEN if position == opened else state
        )
    return run


# --- who may see what


def pages_of(transcript: Transcript) -> list[str]:
    return [
        address("transcript", transcript),
        address("transcript-fragment", transcript),
        address("delete", transcript),
        address("download", transcript, "txt"),
    ]


def test_nobody_sees_anything_without_signing_in(client: Client, transcript: Transcript) -> None:
    for page in [reverse("transcripts"), reverse("transcripts-fragment"), reverse("upload"), *pages_of(transcript)]:
        assert client.get(page)["Location"] == f"/sign-in?next={page}"


def test_a_stranger_sees_nothing_of_it(client: Client, stranger: User, new_transcript: New, say: Say) -> None:
    transcript = new_transcript(title="A secret plan")
    say(transcript, (0, "hidden words"))
    client.force_login(stranger)
    assert "secret" not in client.get("/").content.decode()
    for page in pages_of(transcript):
        answer = client.get(page)
        assert answer.status_code == 403
        assert "secret" not in answer.content.decode()
    for verb in ("process", "cancel", "delete"):
        assert client.post(address(verb, transcript)).status_code == 403
    assert Transcript.objects.filter(pk=transcript.pk).exists()


def test_what_does_not_exist_is_a_page_that_says_so(browser: Client) -> None:
    answer = browser.get(f"/transcripts/{uuid.uuid4()}")
    assert answer.status_code == 404
    assert "There is no such page" in text_of(answer)


def test_a_shared_transcript_can_be_read_and_not_changed(
    client: Client, stranger: User, new_transcript: New, say: Say
) -> None:
    transcript = new_transcript(share_mode=ShareMode.SEMI_PRIVATE, status=TranscriptStatus.ENDED, title="Shared plan")
    say(transcript, (0, "hello there"))
    client.force_login(stranger)
    assert "shared by Olivia" in text_of(client.get("/"))
    page = client.get(address("transcript", transcript)).content.decode()
    assert "hello there" in page
    assert "shared by Olivia" in page
    assert "Run again" not in page
    assert address("delete", transcript) not in page
    assert client.post(address("delete", transcript)).status_code == 403


def test_changes_need_a_post_and_a_token(owner: User, transcript: Transcript) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    for verb in ("process", "cancel"):
        assert strict.get(address(verb, transcript)).status_code == 405
        assert strict.post(address(verb, transcript)).status_code == 403
    assert strict.post(reverse("sample")).status_code == 403
    assert strict.post(address("delete", transcript)).status_code == 403


# --- the list


def test_the_empty_list_explains_and_offers_the_sample(browser: Client) -> None:
    answer = browser.get("/")
    assert "No transcripts yet" in text_of(answer)
    assert f'action="{reverse("sample")}"' in answer.content.decode()


def test_a_row_says_where_it_stands(browser: Client, new_transcript: New) -> None:
    new_transcript(title="Budget round", status=TranscriptStatus.ENDED, duration=3_675_000, engines={"title": DRAFT})
    new_transcript(name="Broken", status=TranscriptStatus.ERROR, error="The file has no sound.")
    run_of(new_transcript(name="Running", status=TranscriptStatus.PROCESSING), percent=41.9)
    run_of(new_transcript(name="Queued", status=TranscriptStatus.UPLOADED))
    page = text_of(browser.get("/"))
    assert "Budget round" in page
    assert "1 h 1 min Weekly" in page
    assert "Draft Finished" in page
    assert "The file has no sound." in page
    assert "Processing 41 %" in page
    assert "Waiting for a free worker 0 %" in page


def test_only_a_list_at_work_asks_again(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(status=TranscriptStatus.ENDED)
    assert 'data-working="false"' in browser.get("/").content.decode()
    run_of(transcript)
    assert 'data-working="true"' in browser.get("/").content.decode()


def test_twenty_to_a_page(browser: Client, new_transcript: New) -> None:
    for number in range(21):
        new_transcript(name=f"Meeting {number:02}")
    first, second, beyond = (text_of(browser.get(f"/?page={page}")) for page in (1, 2, 99))
    assert [first.count("Meeting "), second.count("Meeting ")] == [40, 2]  # the name, and "Delete" with the name
    assert "Meeting 20" in first
    assert "Page 1 of 2 Older" in first
    assert beyond == second


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same_whatever_it_holds(
    browser: Client, new_transcript: New, item_count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(item_count):
        run_of(new_transcript())
    for page in ("/", reverse("transcripts-fragment")):
        with django_assert_num_queries(4):  # session, user, count, transcripts
            browser.get(page)


# --- one transcript


@pytest.fixture
def finished(new_transcript: New, say: Say) -> Transcript:
    """Two topics, three speakers, a summary that rests on moments, and a word nobody said."""
    transcript = new_transcript(
        name="weekly.mp3",
        title="Budget and launch",
        status=TranscriptStatus.ENDED,
        duration=12_000,
        detected_language="en",
        waveform=[0.5] * 255,
        engines={"transcription": DRAFT, "topics": DRAFT | {"draft": False, "engine": "openai", "model": "phi-4"}},
        summary_citations={
            "short": [{"text": "The budget holds.", "seconds": [1.0]}],
            "sections": [{"heading": "Money", "sentences": [{"text": "All is paid.", "seconds": [7.0]}]}],
        },
        action_items={
            "decisions": [
                {"decision": "Launch in May", "decided_by": "Ann", "rationale": "It is ready", "seconds": [8]}
            ],
            "next_steps": [{"task": "Write to the press", "assigned_to": "Bob", "deadline": "Friday", "seconds": [9]}],
        },
    )
    say(transcript, (0, "the budget holds"), (1, "good to hear thanks"), suspect=("thanks",))
    say(transcript, (2, "let us <b>launch</b> in May"), title="Launch & press")
    return transcript


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


def test_work_is_shown_with_stage_and_percent(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(status=TranscriptStatus.PROCESSING)
    run = run_of(transcript, open_step="transcribe", percent=33.4, started_at="2026-01-01T00:00Z")
    Step.objects.filter(run=run, name="transcribe").update(message="Fetching the model: 12 of 480 MB")
    page = text_of(browser.get(address("transcript", transcript)))
    assert "Transcribing 33 % Cancel" in page
    assert "Transcribing : working" in page
    assert "Summarizing : waiting" in page
    assert "Fetching the model: 12 of 480 MB" in page


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
    for name in ("transcript", "transcript-fragment"):
        # session, user, transcript, participants, topics, run, steps, utterances, audio
        with django_assert_num_queries(9):
            browser.get(address(name, transcript))


# --- what has changed


def test_a_fragment_holds_only_what_is_different(browser: Client, finished: Transcript) -> None:
    page = browser.get(address("transcript", finished)).content.decode()
    have = ",".join(
        ":".join(pair)
        for pair in re.findall(r'id="([a-z]+)" class="region [^"]*" data-region data-digest="(\w+)"', page)
    )
    assert have.count(":") == 12
    fragment = address("transcript-fragment", finished)
    assert "<template" not in browser.get(fragment, {"have": have}).content.decode()
    Transcript.objects.filter(pk=finished.pk).update(title="Launch in May")
    changed = browser.get(fragment, {"have": have}).content.decode()
    assert re.findall(r'<template data-for="(\w+)"', changed) == ["heading", "tools"]
    assert 'data-working="false"' in changed


def test_a_fragment_takes_any_claim_about_what_the_page_has(browser: Client, finished: Transcript) -> None:
    for have in ("", "x", ":::", "words:nonsense,,"):
        answer = browser.get(address("transcript-fragment", finished), {"have": have})
        assert answer.content.decode().count("<template") == 12


def test_a_digest_follows_the_content() -> None:
    one, same, other = (Region("a", mark_safe(text)).digest for text in ("one", "one", "other"))
    assert one == same != other


# --- what the buttons do


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


@pytest.mark.parametrize(
    ("extension", "media_type", "beginning"),
    [
        ("txt", "text/plain", "[00:00] "),
        ("md", "text/markdown", "# Budget and launch"),
        ("srt", "application/x-subrip", "1\n00:00:00,000"),
        ("vtt", "text/vtt", "WEBVTT"),
        ("json", "application/json", "[\n"),
    ],
)
def test_downloads_are_files(
    browser: Client, finished: Transcript, extension: str, media_type: str, beginning: str
) -> None:
    answer = browser.get(address("download", finished, extension))
    assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="Budget and launch.{extension}"'
    assert answer.content.decode().startswith(beginning)


def test_there_is_no_download_of_other_kinds(browser: Client, finished: Transcript) -> None:
    assert browser.get(address("download", finished, "exe")).status_code == 404


def test_a_title_cannot_break_the_header_of_a_download(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(title='../"evil"\r\nX: y/zß')
    header = browser.get(address("download", transcript, "txt"))["Content-Disposition"]
    assert header == "attachment; filename*=utf-8''evil%20X%20y%20z%C3%9F.txt"


# --- uploading without script


def test_a_whole_file_can_come_by_the_form(browser: Client) -> None:
    answer = browser.post(
        reverse("upload"), {"file": SimpleUploadedFile("Monday.wav", media.wav()), "name": "", "source_language": "de"}
    )
    transcript = Transcript.objects.get()
    assert answer["Location"] == address("transcript", transcript)
    assert (transcript.name, transcript.source_language, transcript.status) == ("Monday", "de", "uploaded")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", "The file is empty."), (b"Dear all, these are the minutes.\n" * 99, "not an audio or video file")],
)
def test_what_is_no_recording_is_refused_and_leaves_nothing(
    browser: Client,
    content: bytes,
    complaint: str,
    stored_files: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    fields = {"file": SimpleUploadedFile("a.mp3", content), "source_language": "en"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(reverse("upload"), fields)
    assert answer.status_code == 200
    assert complaint in text_of(answer)
    assert 'role="alert" data-upload-error>' in answer.content.decode()
    assert Transcript.objects.count() == 0
    assert stored_files() == []


def test_the_page_tells_its_script_the_limits(browser: Client, settings: Any) -> None:
    settings.UPLOAD_CHUNK_SIZE, settings.MAX_UPLOAD_SIZE = 1000, 4_000_000_000
    page = browser.get(reverse("upload")).content.decode()
    assert '{"chunkSize": 1000, "maxSize": 4000000000}' in page
    assert "Up to 4 GB" in page
    assert '<option value="en" selected>English</option>' in page
    assert '<option value="auto">Detect the language</option>' in page

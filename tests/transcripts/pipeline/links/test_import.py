"""Links imported from end to end: real HTTP, real yt-dlp, real recordings."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from accounts.models import User
from consent import vault
from consent.models import AudioKind, AudioObject
from reflector_site.events.models import Event, Stream
from tests import media
from tests.peers.server import Reply
from tests.peers.web import WebPeer
from transcripts import job_events
from transcripts.domain.delete import delete_transcript
from transcripts.domain.sample import sample_path
from transcripts.enums import RunState, TranscriptStatus
from transcripts.models import Captions, Part, Transcript
from transcripts.pipeline import intake, runs
from transcripts.pipeline.imports import import_link
from transcripts.pipeline.runs import BRING_AUDIO

pytestmark = pytest.mark.django_db(transaction=True)

Drain = Callable[..., None]
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello there\n\n00:02.000 --> 00:04.000\nGoodbye\n"
SRT = "1\n00:00:00,000 --> 00:00:02,000\nHello there\n"


@pytest.fixture
def imported(owner: User, drain: Drain) -> Callable[..., Transcript]:
    """Import a link, and work it off: the three steps of links, or with `whole` all."""

    def do(url: str, *, whole: bool = False, **more: Any) -> Transcript:
        transcript = import_link(user=owner, url=url, **more)
        drain() if whole else bring(transcript)
        transcript.refresh_from_db()
        return transcript

    return do


def bring(transcript: Transcript, *steps: str) -> None:
    """Do the steps that bring a recording here, with their attempts; nobody works on those after them."""
    from transcripts.pipeline.execute import execute  # noqa: PLC0415 -- loads engines

    ready = Part.objects.filter(step__run__transcript=transcript, step__name__in=steps or BRING_AUDIO, state="ready")
    while part := ready.first():
        Part.objects.filter(pk=part.pk).update(not_before=None)
        execute(part.pk)


def kinds(transcript: Transcript) -> list[str]:
    live = AudioObject.objects.live().filter(transcript_id=transcript.pk)
    return sorted(live.values_list("kind", flat=True))


def updates(transcript: Transcript) -> list[list[str]]:
    events = Event.objects.filter(stream__key=transcript.stream_key, name="UPDATED").order_by("seq")
    return [event.data["fields"] for event in events]


def assert_fetched(transcript: Transcript) -> None:
    assert transcript.error == ""
    assert transcript.runs.get().steps.get(name="fetch").state == "done"
    assert kinds(transcript) == ["upload"]


def assert_failed(transcript: Transcript, why: str, stored_files: Callable[[], list[str]]) -> None:
    assert transcript.status == TranscriptStatus.ERROR
    assert why in transcript.error
    assert kinds(transcript) == []
    assert stored_files() == []


# --- what works


def test_a_recording(imported: Callable[..., Transcript], web: WebPeer) -> None:
    url = web.recording("/a/My%20talk.mp3", sample_path().read_bytes()) + "?key=secret"
    transcript = imported(url, whole=True)
    assert (transcript.status, transcript.error) == (TranscriptStatus.ENDED, "")
    assert (transcript.name, transcript.source_title) == ("My talk", "My talk")
    assert transcript.title
    assert transcript.source_kind == "file"
    assert kinds(transcript) == ["playback", "upload"]
    upload = AudioObject.objects.live().get(kind=AudioKind.UPLOAD)
    assert (upload.size, upload.media_type, upload.key[-4:]) == (338400, "audio/mpeg", ".mp3")
    assert updates(transcript)[0] == ["name", "source"]
    run = transcript.runs.get()
    assert (run.state, run.plan) == (RunState.ENDED, "link")


@pytest.mark.parametrize("media_type", ["text/plain", "application/octet-stream", "text/html", ""])
def test_a_recording_whose_server_calls_it_something_else(
    imported: Callable[..., Transcript], web: WebPeer, media_type: str
) -> None:
    assert_fetched(imported(web.recording("/download", media.m4a(2), media_type)))


def test_a_name_that_somebody_gave_stays(imported: Callable[..., Transcript], web: WebPeer) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)), name="Ours")
    assert (transcript.name, transcript.source_title) == ("Ours", "talk")
    assert updates(transcript) == [["source"]]


def test_redirects_are_followed(imported: Callable[..., Transcript], web: WebPeer) -> None:
    web.recording("/real.wav", media.wav(2))
    web.redirect("/b", "/real.wav", 301)
    assert_fetched(imported(web.redirect("/a", "/b")))


def test_a_connection_that_is_cut_goes_on_where_it_ended(imported: Callable[..., Transcript], web: WebPeer) -> None:
    content = media.wav(4)
    url = web.recording("/cut.wav", content)
    cut = iter([False, True, False])  # resolve, then fetch twice
    whole = web.pages["/cut.wav"]

    def page(request: Any) -> Reply:
        if next(cut):
            web.cut_once.add("/cut.wav")
        return whole(request)  # type: ignore[operator]

    web.pages["/cut.wav"] = page
    assert_fetched(imported(url))
    asked = web.asked("/cut.wav")
    assert [request.headers.get("range") for request in asked] == [None, None, f"bytes={len(content) // 2}-"]
    assert asked[2].headers["if-range"].startswith('"')
    assert AudioObject.objects.live().get(kind=AudioKind.UPLOAD).size == len(content)
    assert Part.objects.get(step__name="fetch").attempt == 1


def test_a_server_without_ranges_gets_another_attempt(imported: Callable[..., Transcript], web: WebPeer) -> None:
    content = media.wav(2)
    url = web.recording("/cut.wav", content, ranges=False)
    asked = iter([False, True, False, False])
    whole = web.pages["/cut.wav"]

    def page(request: Any) -> Reply:
        if next(asked):
            web.cut_once.add("/cut.wav")
        return whole(request)  # type: ignore[operator]

    web.pages["/cut.wav"] = page
    assert_fetched(imported(url))
    assert Part.objects.get(step__name="fetch").attempt == 2
    assert AudioObject.objects.live().get(kind=AudioKind.UPLOAD).size == len(content)


def test_a_server_that_wants_to_be_asked_piece_by_piece(owner: User, web: WebPeer, drain: Drain) -> None:
    content = media.wav(2)
    transcript = import_link(user=owner, url=web.recording("/talk.wav", content))
    bring(transcript, "resolve", "describe")
    part = Part.objects.get(step__name="resolve")
    assert part.result is not None
    part.result["media"]["chunk"] = 30_000
    part.save()
    web.requests.clear()
    bring(transcript, "fetch")
    assert_fetched(transcript)
    ranges = [request.headers["range"] for request in web.requests]
    assert ranges == ["bytes=0-29999", "bytes=30000-59999", "bytes=60000-89999"]
    with vault.open_audio(AudioObject.objects.live().get()) as file:
        assert file.read() == content


def test_a_recording_that_changes_in_the_middle_is_fetched_anew(
    imported: Callable[..., Transcript], web: WebPeer
) -> None:
    old, new = media.wav(3), media.wav(2)
    url = web.recording("/talk.wav", old)
    before, asked = web.pages["/talk.wav"], []

    def page(request: Any) -> Reply:
        asked.append(request)
        if len(asked) == 2:
            web.cut_once.add("/talk.wav")
        if len(asked) == 3:
            web.recording("/talk.wav", new)
            return web.pages["/talk.wav"](request)  # type: ignore[operator]
        return before(request)  # type: ignore[operator]

    web.pages["/talk.wav"] = page
    assert_fetched(imported(url))
    assert Part.objects.get(step__name="fetch").attempt == 2
    with vault.open_audio(AudioObject.objects.live().get()) as file:
        assert file.read() == new


def test_an_episode_of_a_feed_with_its_transcript(imported: Callable[..., Transcript], web: WebPeer) -> None:
    web.recording("/1.wav", media.wav(3))
    web.add("/1.srt", SRT, "application/x-subrip")
    feed = f"""<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
      xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Our show</title><language>en-gb</language>
      <item><title>The first &amp; only</title><description>&lt;p&gt;About
      &lt;b&gt;things&lt;/b&gt;&lt;/p&gt;</description>
      <pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate><itunes:duration>0:03</itunes:duration>
      <enclosure url="{web.url}/1.wav" type="audio/x-wav" length="5"/>
      <podcast:transcript url="/1.srt" type="application/x-subrip" language="en"/></item></channel></rss>"""
    transcript = imported(web.add("/feed.xml", feed, "application/rss+xml"))
    assert_fetched(transcript)
    assert (transcript.name, transcript.source_author) == ("The first & only", "Our show")
    assert transcript.source_description == "About things"
    assert transcript.source_published_at is not None
    assert transcript.source_published_at.isoformat() == "2026-03-03T10:00:00+00:00"
    captions = Captions.objects.get()
    assert (captions.kind, captions.language) == ("manual", "en")
    assert captions.cues == [{"start": 0.0, "end": 2.0, "text": "Hello there"}]
    assert updates(transcript) == [["name", "source"], ["captions"]]


def test_a_page_with_a_player_and_captions(imported: Callable[..., Transcript], web: WebPeer) -> None:
    web.recording("/talk.m4a", media.m4a(3), "audio/mp4")
    web.add("/en.vtt", VTT, "text/vtt")
    page = """<html lang="en"><head><title>x</title><meta property="og:title" content="A talk">
      <meta name="description" content="What was said."><meta name="author" content="Ada"></head><body>
      <audio controls><source src="talk.m4a" type="audio/mp4">
      <track kind="captions" src="en.vtt" srclang="en" label="English">
      </audio></body></html>"""
    transcript = imported(web.add("/page", page))
    assert_fetched(transcript)
    assert (transcript.name, transcript.source_author) == ("A talk", "Ada")
    assert [cue["text"] for cue in Captions.objects.get().cues] == ["Hello there", "Goodbye"]


def test_captions_that_are_none_do_not_keep_anybody_from_the_recording(
    imported: Callable[..., Transcript], web: WebPeer
) -> None:
    web.recording("/talk.wav", media.wav(2))
    web.add("/bad.vtt", b"\0\1\2 this is nothing", "text/vtt")
    page = '<audio src="talk.wav"><track src="bad.vtt"><track src="missing.vtt"></audio>'
    transcript = imported(web.add("/page", page))
    assert_fetched(transcript)
    assert not Captions.objects.exists()


def test_a_page_that_only_yt_dlp_can_read(imported: Callable[..., Transcript], web: WebPeer) -> None:
    """A JW Player set up by script, which the generic extractor of yt-dlp finds."""
    web.recording("/v/talk.mp4", media.m4a(3), "video/mp4")
    web.add("/v/en.vtt", VTT, "text/vtt")
    setup = {
        "playlist": [
            {
                "title": "Set up by script",
                "mediaid": "abc",
                "sources": [{"file": f"{web.url}/v/talk.mp4", "type": "video/mp4"}],
                "tracks": [{"file": f"{web.url}/v/en.vtt", "kind": "captions", "label": "en"}],
            }
        ]
    }
    page = f"<html><head><title>Watch</title></head><script>jwplayer('p').setup({json.dumps(setup)});</script></html>"
    transcript = imported(web.add("/watch", page))
    assert_fetched(transcript)
    assert [cue["text"] for cue in Captions.objects.get().cues] == ["Hello there", "Goodbye"]


def test_a_recording_in_segments(imported: Callable[..., Transcript], web: WebPeer) -> None:
    """HLS, put together without any program: AAC in ADTS frames, cut in two."""
    content = media.adts(4)
    half = content.index(b"\xff\xf1", len(content) // 2)
    web.add("/hls/0.aac", content[:half], "audio/aac")
    web.add("/hls/1.aac", content[half:], "audio/aac")
    playlist = (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n0.aac\n#EXTINF:2,\n1.aac\n#EXT-X-ENDLIST\n"
    )
    transcript = imported(web.add("/hls/talk.m3u8", playlist, "application/vnd.apple.mpegurl"))
    assert_fetched(transcript)
    with vault.open_audio(AudioObject.objects.live().get()) as file:
        assert file.read() == content


# --- what does not


@pytest.mark.parametrize(
    ("status", "attempts", "why"),
    [(404, 1, "There is nothing at this address"), (403, 1, "without permission"), (500, 3, "cannot give it out now")],
)
def test_refusals(
    imported: Callable[..., Transcript],
    web: WebPeer,
    stored_files: Callable[[], list[str]],
    status: int,
    attempts: int,
    why: str,
) -> None:
    assert_failed(imported(web.fail("/x.mp3", status)), why, stored_files)
    assert Part.objects.get(step__name="resolve").attempt == attempts


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/x", "http://[::1]:8000/"]
)
def test_a_redirect_to_a_private_address(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], target: str
) -> None:
    assert_failed(imported(web.redirect("/away", target)), "is not on the public internet", stored_files)


def test_a_page_that_leads_to_a_private_address(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]]
) -> None:
    page = '<audio src="http://10.0.0.1/secret.mp3"></audio>'
    assert_failed(imported(web.add("/page", page)), "10.0.0.1 is not on the public internet", stored_files)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<html><title>Nothing</title><p>Only text</p></html>", "No recording was found on this page"),
        ('<audio src="a.mp3"></audio><audio src="b.mp3"></audio>', "This page has 2 recordings"),
        ("", "is no recording"),
    ],
)
def test_pages_without_one_recording(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], page: str, why: str
) -> None:
    media_type = "text/html" if page else "application/pdf"
    assert_failed(imported(web.add("/page", page or b"%PDF-1.7 ...", media_type)), why, stored_files)


def test_a_feed_with_many_episodes_says_which_there_are(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]]
) -> None:
    items = "".join(
        f'<item><title>No. {n}</title><enclosure url="https://cdn.example/{n}.mp3?token=s" type="audio/mpeg"/></item>'
        for n in (3, 2, 1)
    )
    transcript = imported(web.add("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>", "text/xml"))
    assert_failed(transcript, "3 episodes", stored_files)
    assert "“No. 3”, at https://cdn.example/3.mp3." in transcript.error
    assert "token" not in transcript.error


def test_what_only_pretends_to_be_a_recording(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]]
) -> None:
    url = web.add("/fake.mp3", b"ID3" + b"nothing of the kind " * 500, "audio/mpeg")
    assert_failed(imported(url), "damaged", stored_files)


def test_a_body_without_end(
    imported: Callable[..., Transcript],
    web: WebPeer,
    stored_files: Callable[[], list[str]],
    settings: LazySettings,
) -> None:
    settings.MAX_UPLOAD_SIZE = 300_000
    head = media.wav(1)
    web.pages["/endless.wav"] = Reply(
        200,
        headers={"Content-Type": "audio/wav"},
        flow=lambda: (head if n == 0 else b"\1" * 65536 for n in range(10**6)),
    )
    assert_failed(imported(f"{web.url}/endless.wav"), "larger than", stored_files)


def test_a_recording_that_says_it_is_too_large(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], settings: LazySettings
) -> None:
    settings.MAX_UPLOAD_SIZE = 50_000
    assert_failed(imported(web.recording("/large.wav", media.wav(4))), "larger than", stored_files)
    assert Part.objects.get(step__name="resolve").attempt == 1


def test_fetching_has_its_time(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], settings: LazySettings
) -> None:
    settings.IMPORT_TIME_LIMIT = 1
    url = web.slowly("/drip.wav", media.wav(2), seconds=0.1, media_type="audio/wav")
    assert_failed(imported(url), "longer than", stored_files)


# --- again, cancelled, deleted


def test_a_repetition_does_not_fetch_again_unless_asked(
    imported: Callable[..., Transcript], web: WebPeer, drain: Drain
) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)), whole=True)
    asked = len(web.requests)
    runs.process(transcript)
    drain()
    transcript.refresh_from_db()
    assert (transcript.status, len(web.requests)) == (TranscriptStatus.ENDED, asked)

    first = AudioObject.objects.live().get(kind=AudioKind.UPLOAD)
    runs.process(transcript, from_step="fetch")
    drain()
    assert len(web.requests) == asked + 1
    assert AudioObject.objects.live().get(kind=AudioKind.UPLOAD) != first
    assert kinds(transcript) == ["playback", "upload"]


def test_after_a_failure_it_is_fetched_when_the_server_is_back(
    imported: Callable[..., Transcript], web: WebPeer, drain: Drain
) -> None:
    transcript = imported(web.fail("/talk.wav", 503))
    assert transcript.status == TranscriptStatus.ERROR
    web.recording("/talk.wav", media.wav(2))
    runs.process(transcript)
    bring(transcript)
    transcript.refresh_from_db()
    assert (transcript.status, transcript.error) == (TranscriptStatus.PROCESSING, "")
    assert kinds(transcript) == ["upload"]


@pytest.fixture
def fetching(owner: User, web: WebPeer, drain: Drain) -> Any:
    """An import whose server drips, and the thread that works on it."""
    transcript = import_link(user=owner, url=web.slowly("/drip.wav", media.wav(2), seconds=0.2, media_type="audio/wav"))

    def work() -> None:
        try:
            bring(transcript)
        finally:
            connection.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    until(lambda: Part.objects.filter(step__name="fetch", state="running", progress__gte=0).exists())
    until(lambda: AudioObject.objects.filter(transcript_id=transcript.pk).exists())
    yield transcript
    thread.join(10)


def until(look: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_cancelled_in_the_middle_it_is_what_it_was(
    fetching: Transcript, stored_files: Callable[[], list[str]], web: WebPeer, drain: Drain
) -> None:
    begun = time.monotonic()
    assert runs.cancel(fetching)
    until(lambda: Transcript.objects.get(pk=fetching.pk).status == TranscriptStatus.IDLE)
    assert time.monotonic() - begun < 2
    until(lambda: stored_files() == [])
    found = Transcript.objects.get(pk=fetching.pk)
    assert (found.source_title, found.name) == ("", fetching.name)
    assert kinds(found) == []

    web.recording("/drip.wav", media.wav(2))
    runs.process(found)
    bring(found)
    found.refresh_from_db()
    assert (found.status, found.name, kinds(found)) == (TranscriptStatus.PROCESSING, "drip", ["upload"])


def test_deleted_in_the_middle_nothing_is_left(
    fetching: Transcript, stored_files: Callable[[], list[str]], settings: LazySettings
) -> None:
    delete_transcript(fetching)
    until(lambda: stored_files() == [] and not AudioObject.objects.filter(verified_at=None).exists())
    scratch = Path(settings.SCRATCH_DIR)
    until(lambda: not [path for path in scratch.rglob("*") if path.is_file()])


def test_cancelled_after_the_captions_none_are_left(owner: User, web: WebPeer, drain: Drain) -> None:
    web.add("/talk.wav", media.wav(2), "audio/wav")
    web.add("/en.vtt", VTT, "text/vtt")
    page = '<title>A talk</title><audio src="talk.wav"><track src="en.vtt" srclang="en"></audio>'
    transcript = import_link(user=owner, url=web.add("/page", page))
    bring(transcript)
    transcript.refresh_from_db()
    assert (transcript.name, Captions.objects.count(), kinds(transcript)) == ("A talk", 1, ["upload"])

    assert runs.cancel(transcript)
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.IDLE
    assert transcript.name == f"{web.url.removeprefix('http://')}/page"
    assert (transcript.source_title, Captions.objects.count(), kinds(transcript)) == ("", 0, [])


def test_a_name_given_meanwhile_survives_a_cancel(owner: User, web: WebPeer, drain: Drain) -> None:
    transcript = import_link(user=owner, url=web.recording("/talk.wav", media.wav(2)))
    bring(transcript, "resolve", "describe")
    Transcript.objects.filter(pk=transcript.pk).update(name="Mine")
    runs.cancel(transcript)
    transcript.refresh_from_db()
    assert (transcript.name, transcript.source_title) == ("Mine", "")


def test_an_erased_recording_is_not_fetched_again(imported: Callable[..., Transcript], web: WebPeer) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)))
    run = transcript.runs.get()
    run.state, run.finished_at = RunState.ENDED, run.created_at
    run.save()
    Transcript.objects.filter(pk=transcript.pk).update(status=TranscriptStatus.ENDED)
    AudioObject.objects.filter(transcript_id=transcript.pk).update(erased_at="2026-01-01T00:00Z")
    Transcript.objects.filter(pk=transcript.pk).update(audio_deleted=True)
    with pytest.raises(runs.NotPossible, match="not ready"):
        runs.process(transcript)
    for step in ("resolve", "describe", "fetch"):
        with pytest.raises(runs.NotPossible, match="deleted"):
            runs.process(transcript, from_step=step)
    Transcript.objects.filter(pk=transcript.pk).update(audio_deleted=None)
    assert "fetch" in {step.name for step in runs.process(transcript).steps.filter(carried=False)}


@pytest.mark.parametrize(
    "page",
    [
        '<audio src="/a\0b.mp3?token=SECRET"></audio>',
        '<script type="application/ld+json">{"@type": "AudioObject", "contentUrl": "/\\ud800.mp3?key=SECRET"}</script>',
    ],
)
def test_an_address_with_characters_that_no_database_takes(
    imported: Callable[..., Transcript], web: WebPeer, stored_files: Callable[[], list[str]], page: str
) -> None:
    transcript = imported(web.add("/page", f"<title>Talk</title>{page}"))
    assert_failed(transcript, "recording", stored_files)  # of the page none is found, or yt-dlp's is refused
    assert "Error" not in transcript.error
    assert Part.objects.get(step__name="resolve").attempt == 1


def test_a_link_that_died_does_not_lock_up_the_recording_that_is_here(
    imported: Callable[..., Transcript], web: WebPeer, drain: Drain
) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)), whole=True)
    web.fail("/talk.wav", 404)
    runs.process(transcript, from_step="fetch")
    drain()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ERROR
    runs.process(transcript, from_step="read")
    drain()
    transcript.refresh_from_db()
    assert (transcript.status, transcript.error) == (TranscriptStatus.ENDED, "")
    assert len(web.asked("/talk.wav")) == 3


def test_an_upload_instead_leaves_nothing_of_the_jobs_before_it(
    imported: Callable[..., Transcript], web: WebPeer
) -> None:
    transcript = imported(web.recording("/talk.wav", media.wav(2)), whole=True)
    old = job_events.stream_of(transcript.runs.get().pk)
    assert Event.objects.filter(stream=old).exists()
    intake.receive_file(transcript, io.BytesIO(media.wav(3)))
    assert not Stream.objects.filter(key=old).exists()
    transcript.refresh_from_db()
    assert (transcript.source_url, transcript.runs.get().plan) == ("", "file")

"""Links imported from end to end: real HTTP, real yt-dlp, real recordings."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from consent import vault
from consent.models import AudioKind, AudioObject
from tests import media
from tests.peers.server import Reply
from tests.peers.web import WebPeer
from tests.transcripts.pipeline.links.importing import SRT, VTT, Drain, assert_fetched, bring, kinds, updates
from transcripts.domain.sample import sample_path
from transcripts.enums import RunState, TranscriptStatus
from transcripts.models import Captions, Part, Transcript
from transcripts.pipeline.imports import import_link

pytestmark = pytest.mark.django_db(transaction=True)


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

"""What is read out of strangers' bytes: kinds, feeds, pages, captions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflector_site.outbound.errors import Never
from tests import media
from transcripts.pipeline.links import cues, feeds, kinds, pages
from transcripts.pipeline.links.found import Cue, Facts, Found, Media, Track
from transcripts.pipeline.links.look import with_language
from transcripts.pipeline.links.text import language_of, line, plain

PAGE = "https://example.org/shows/1/"


# --- kinds


@pytest.mark.parametrize(
    ("head", "media_type", "kind"),
    [
        (media.wav(), "text/html", "recording"),
        (media.m4a(), "", "recording"),
        (media.adts(), "text/plain", "recording"),
        (b"\xff\xfb\x90\x00" + b"\0" * 99, "application/octet-stream", "recording"),
        (b"\xff\xfe<\0h\0t\0", "text/html", "page"),  # UTF-16, not mp3
        (b"whatever", "audio/mpeg", "recording"),
        (b"<html>", "audio/mpeg", "page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>", "", "page"),
        (b"<?xml version='1.0'?>\n<rss>", "text/html", "feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "application/xml", "feed"),
        (b"<x/>", "application/rss+xml", "feed"),
        (b"#EXTM3U\n", "audio/mpeg", "pieces"),
        (b"x", "application/vnd.apple.mpegurl", "pieces"),
        (b"<?xml?><MPD>", "text/plain", "pieces"),
        (b"%PDF-1.7", "application/pdf", "other"),
        (b"", "audio/mpeg", "other"),
    ],
)
def test_kinds(head: bytes, media_type: str, kind: str) -> None:
    assert kinds.kind_of(head[:1024], media_type) == kind


def test_names_of_addresses() -> None:
    assert kinds.name_in("https://x.org/a/My%20talk%3F.mp3?x=.wav") == "My talk?"
    assert kinds.name_in("https://x.org/") == ""
    assert kinds.extension_of("https://x.org/a.MP3?x") == "mp3"
    assert kinds.extension_of("https://x.org/a.exe") == ""


# --- text


def test_text_is_made_plain() -> None:
    html = "<p>One &amp; <b>two</b></p><script>alert(1)</script><p>three\0\x1b[31m</p>"
    assert plain(html, 100) == "One & two\n\nthree [31m"
    assert plain("x" * 999, 10) == "x" * 10
    assert line("a\n\t b\u202ec") == "a b c"


@pytest.mark.parametrize(("tag", "language"), [("en-US", "en"), ("de_AT", "de"), ("und", ""), ("", ""), ("x-1", "")])
def test_languages(tag: str, language: str) -> None:
    assert language_of(tag) == language


# --- feeds


def test_an_atom_feed() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Show</title><entry><title>One</title>
      <author><name>Ada</name></author><updated>2026-02-01T08:00:00Z</updated>
      <link rel="enclosure" type="audio/mpeg" href="/one.mp3" length="1234"/></entry></feed>"""
    found = feeds.read(atom, PAGE)
    assert found.media == Media("https://example.org/one.mp3", extension="mp3", size=1234)
    assert found.facts == Facts(title="One", author="Ada", published="2026-02-01T08:00:00+00:00")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<rss><channel><item><title>Only text</title></item></channel></rss>", "no episode with a recording"),
        (b"<rss", "no episode"),
        (
            b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;</title></channel></rss>',
            "no",
        ),
    ],
)
def test_feeds_without_a_recording(content: bytes, why: str) -> None:
    with pytest.raises(Never, match=why):
        feeds.read(content, PAGE)


def test_a_feed_does_not_open_files() -> None:
    xxe = b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item>
      <title>&x;</title><enclosure url="/a.mp3" type="audio/mpeg"/></item></channel></rss>"""
    assert "root:" not in feeds.read(xxe, PAGE).facts.title


# --- pages


@pytest.mark.parametrize(
    ("html", "address"),
    [
        ('<audio src="a.mp3"></audio>', "https://example.org/shows/1/a.mp3"),
        ('<video><source src="/v.mp4"><source src="/v.webm"></video>', "https://example.org/v.mp4"),
        ('<meta property="og:audio" content="https://cdn.example/a">', "https://cdn.example/a"),
        ('<link rel="enclosure" href="../2.mp3">', "https://example.org/shows/2.mp3"),
        ('<base href="https://other.example/x/"><a href="a.ogg">Listen</a>', "https://other.example/x/a.ogg"),
        (
            '<script type="application/ld+json">{"x": [{"@type": "AudioObject", "contentUrl": "/j.mp3"}]}</script>',
            "https://example.org/j.mp3",
        ),
        ('<a href="a.mp3">again</a><a href="a.mp3">and again</a>', "https://example.org/shows/1/a.mp3"),
    ],
)
def test_recordings_in_pages(html: str, address: str) -> None:
    found = pages.read(html.encode(), PAGE)
    assert found is not None
    assert found.media.url == address


@pytest.mark.parametrize(
    "html",
    [
        "<p>Nothing",
        '<audio src="data:audio/wav;base64,x">',
        '<a href="http://[/a.mp3">x</a>',
        '<audio src="file:///a.mp3">',
    ],
)
def test_pages_without(html: str) -> None:
    assert pages.read(html.encode(), PAGE) is None


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_page(content: bytes) -> None:
    pages.read(content, PAGE)


# --- captions


def test_web_vtt_with_all_its_ornaments() -> None:
    text = (
        "\ufeffWEBVTT - Title\nKind: captions\n\nNOTE nobody says this\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.500 --> 00:03.000 align:start position:0%\n<v Ada>Hello <b>there</b> &amp; welcome</v>\n\n"
        "01:00:00.000 --> 01:00:02.000\nTwo\nlines\n"
    )
    assert cues.read(text.encode(), "vtt") == [
        Cue(1.5, 3.0, "Hello there & welcome"),
        Cue(3600.0, 3602.0, "Two lines"),
    ]


def test_subrip() -> None:
    text = "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello</i>\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nBye\r\n"
    assert cues.read(text.encode(), "srt") == [Cue(1.0, 2.5, "Hello"), Cue(3.0, 4.0, "Bye")]


def test_json3() -> None:
    events = {
        "events": [
            {"tStartMs": 0, "dDurationMs": 9000, "id": 1},
            {"tStartMs": 1000, "dDurationMs": 2000, "segs": [{"utf8": "Hello"}, {"utf8": " there", "tOffsetMs": 400}]},
            {"tStartMs": 2000, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        ]
    }
    assert cues.read(json.dumps(events).encode(), "json3") == [Cue(1.0, 3.0, "Hello there")]


def test_rolling_captions_say_each_line_once() -> None:
    text = (
        "WEBVTT\n\n00:00.000 --> 00:02.000\n \nhello there\n\n00:02.000 --> 00:02.010\nhello there\n \n\n"
        "00:02.010 --> 00:04.000\nhello there\nhow are you\n\n00:04.000 --> 00:06.000\nhow are you\nfine\n"
    )
    assert " | ".join(cue.text for cue in cues.read(text.encode(), "vtt")) in (
        "hello there | how are you | fine",
        "hello there | hello there | how are you | fine",
    )


def test_what_is_said_twice_stays_twice() -> None:
    text = "WEBVTT\n\n00:00.000 --> 00:01.000\nYes.\n\n00:01.000 --> 00:02.000\nYes.\n"
    assert [cue.text for cue in cues.read(text.encode(), "vtt")] == ["Yes.", "Yes."]


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (b"", "vtt"),
        (b"\0\1\2", "srt"),
        (b"[]", "json3"),
        (b"{", "json3"),
        (b'{"events": 7}', "json3"),
        (b'{"events": [7]}', "json3"),
        (b'{"events": [{"tStartMs": "x", "segs": [{"utf8": "a"}]}]}', "json3"),
        (b'{"events": [{"tStartMs": 1e999, "segs": [{"utf8": "a"}]}]}', "json3"),
        (b"WEBVTT\n\n99999:00:00.000 --> 99999:00:01.000\nLate\n", "vtt"),
    ],
)
def test_captions_that_are_none(content: bytes, extension: str) -> None:
    with pytest.raises(Never):
        cues.read(content, extension)


def test_captions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cues, "MOST_CUES", 10)
    with pytest.raises(Never, match="more than 10 lines"):
        cues.read(b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\nx\n\n" * 11, "vtt")


@given(st.binary(max_size=500), st.sampled_from(["vtt", "srt", "json3"]))
def test_any_bytes_are_captions_or_refused(content: bytes, extension: str) -> None:
    try:
        found = cues.read(b"WEBVTT\n\n" + content if extension == "vtt" else content, extension)
    except Never:
        return
    assert all(0 <= cue.start <= cue.end and cue.text for cue in found)


def test_the_spoken_language_and_what_people_wrote_come_first() -> None:
    tracks = [
        Track("a", "vtt", "fr", "manual"),
        Track("b", "vtt", "en", "automatic"),
        Track("c", "vtt", "en", "manual"),
    ]
    found = Found("site", Media("m"), tracks=tracks)
    assert [track.url for track in with_language(found, "en").tracks] == ["c", "b", "a"]
    assert [track.url for track in with_language(found, "fr").tracks] == ["a", "c", "b"]
    assert [track.url for track in with_language(found, "").tracks] == ["a", "c", "b"]

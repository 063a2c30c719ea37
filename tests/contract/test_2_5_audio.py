"""The recording and its waveform."""

from __future__ import annotations

import httpx
import pytest

from .conftest import Site, ok, refused
from .world import MP3, WAVEFORM


def mp3(client: httpx.Client, site: Site, name: str = "spoken", **headers: str) -> httpx.Response:
    return client.get(site.path(name) + "/audio/mp3", headers=headers)


def test_the_whole(ann: httpx.Client, site: Site) -> None:
    answer = mp3(ann, site)
    assert (answer.status_code, answer.content) == (200, MP3)
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(MP3))
    name = f"recording_{site.id('spoken').split('-')[0]}.mp3"
    assert answer.headers["content-disposition"].replace('"', "") == f"attachment; filename={name}"


def test_the_headers_alone(ann: httpx.Client, site: Site) -> None:
    head, whole = ann.head(site.path("spoken") + "/audio/mp3"), mp3(ann, site)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "accept-ranges", "content-disposition"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-100", 0, 100), ("bytes=4000-", 4000, len(MP3) - 1), ("bytes=-50", len(MP3) - 50, len(MP3) - 1)],
)
def test_a_part(ann: httpx.Client, site: Site, asked: str, first: int, last: int) -> None:
    answer = mp3(ann, site, Range=asked)
    assert (answer.status_code, answer.content) == (206, MP3[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(MP3)}"
    assert answer.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=9-3", "bytes=-"])
def test_a_part_that_is_none(ann: httpx.Client, site: Site, asked: str) -> None:
    assert mp3(ann, site, Range=asked).status_code == 416


def test_audio_that_is_not_there(ann: httpx.Client, site: Site) -> None:
    refused(mp3(ann, site, "empty"), 404, "Audio file not found")
    refused(mp3(ann, site, "erased"), 404, "Audio unavailable due to privacy settings")
    refused(ann.get(site.path("empty") + "/audio/waveform"), 404, "Audio not found")


def test_the_waveform(ann: httpx.Client, site: Site) -> None:
    found = ok(ann.get(site.path("spoken") + "/audio/waveform"), {"data": [float]})
    assert found == {"data": WAVEFORM}


def test_who_may_hear_it(ben: httpx.Client, anonymous: httpx.Client, site: Site) -> None:
    refused(mp3(ben, site), 403, "Transcript access denied")
    assert mp3(anonymous, site).status_code in (401, 403)
    assert ben.head(site.path("spoken") + "/audio/mp3").status_code == 403

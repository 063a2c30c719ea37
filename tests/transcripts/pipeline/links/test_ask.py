"""The child process: guarded below every library, bounded, and gone when it should be."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import LazySettings

from reflector_site.outbound.errors import Never, TryAgain
from tests.peers.server import Reply
from tests.peers.web import WebPeer
from transcripts.pipeline.links import ask as asking
from transcripts.pipeline.links.ask import ask
from transcripts.pipeline.links.found import FOUND


def nothing() -> None:
    """A checkpoint that never stops anything."""


def look(url: str, directory: Path, **more: Any) -> Any:
    options = {"language": "en", "generic": True, "directory": directory, "checkpoint": nothing, "seconds": 60, **more}
    return ask("look", url=url, **options)


def children() -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if "transcripts.pipeline.links.child" in " ".join(process.cmdline())
    ]


GUARDED = """
import socket, subprocess, sys, os, http.client, urllib.request
from reflector_site.outbound.addresses import Policy, networks
from transcripts.pipeline.links.guard import Guard
guard = Guard(Policy(networks(sys.argv[1])))
port = int(sys.argv[2])
def attempt(what):
    try:
        what()
    except PermissionError:
        return "refused"
    except OSError as error:
        return "refused" if "PermissionError" in repr(error.__context__) or "public" in str(error) else repr(error)
    return "done"
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", ("127.0.0.1", port))
def raw(address, family=socket.AF_INET):
    def connect():
        with socket.socket(family) as s:
            s.connect(address)
    return connect
print([attempt(each) for each in (
    raw(("127.0.0.1", port)), raw(("localhost", port)), raw(("169.254.169.254", 80)),
    raw(("::ffff:127.0.0.1", port, 0, 0), socket.AF_INET6), raw("/tmp/x.sock", socket.AF_UNIX), udp,
    lambda: http.client.HTTPConnection("127.0.0.1", port).connect(),
    lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/a", timeout=5).read(),
    lambda: subprocess.run(["true"]), lambda: os.system("true"), lambda: os.fork(),
)])
"""


def guarded(web: WebPeer, allowed: str) -> list[str]:
    arguments = [sys.executable, "-c", GUARDED, allowed, web.url.rpartition(":")[2]]
    done = subprocess.run(arguments, cwd=asking.PROJECT, capture_output=True, text=True, timeout=60, check=True)
    return list(eval(done.stdout))


def test_nothing_gets_around_the_guard(web: WebPeer) -> None:
    web.add("/a", "secret")
    assert guarded(web, "") == ["refused"] * 11
    assert web.requests == []


def test_what_is_allowed_is_reached_and_nothing_else(web: WebPeer) -> None:
    web.add("/a", "x")
    found = guarded(web, "127.0.0.0/8")
    assert (found[0], found[6], found[7]) == ("done", "done", "done")
    assert (found[1], found[2], *found[4:6], *found[8:]) == ("refused",) * 7


def test_yt_dlp_does_not_reach_private_addresses(web: WebPeer, tmp_path: Path, settings: LazySettings) -> None:
    settings.OUTBOUND_ALLOW_NETWORKS = ""
    web.add("/a.mp3", b"ID3", "audio/mpeg")
    with pytest.raises(Never, match="not on the public internet"):
        look(f"{web.url}/a.mp3", tmp_path)
    assert web.requests == []


def test_yt_dlp_does_not_follow_a_page_there(web: WebPeer, tmp_path: Path) -> None:
    with pytest.raises(Never, match="not on the public internet"):
        look(web.redirect("/page", "http://10.0.0.1/video"), tmp_path)


def test_nothing_of_the_machine_is_used(web: WebPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither proxies nor configuration, netrc or plugins of whoever runs the worker."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    config = tmp_path / "home" / ".config" / "yt-dlp"
    plugin = config / "plugins" / "evil" / "yt_dlp_plugins" / "extractor"
    plugin.mkdir(parents=True)
    (plugin / "evil.py").write_text(f"open({str(tmp_path / 'loaded')!r}, 'w')\n")
    (config / "config").write_text("--write-info-json\n--proxy http://127.0.0.1:9\n")
    (tmp_path / "home" / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    web.add("/v.mp4", b"\0\0\0\x18ftypmp42", "video/mp4")
    work = tmp_path / "work"
    work.mkdir()
    found = FOUND.validate_python(look(web.add("/page", f'<video src="{web.url}/v.mp4"></video>'), work))
    assert (found.kind, found.media.url) == ("site", f"{web.url}/v.mp4")
    assert not (tmp_path / "loaded").exists()
    assert all("authorization" not in request.headers for request in web.requests)
    assert list(work.iterdir()) == []


def test_a_list_of_recordings_is_refused_by_name(web: WebPeer, tmp_path: Path) -> None:
    page = f'<title>x</title><video src="{web.url}/1.mp4"></video><video src="{web.url}/2.mp4"></video>'
    with pytest.raises(Never, match=r"recordings\. Import one of them"):
        look(web.add("/page", page), tmp_path)


def test_a_live_stream_is_refused(web: WebPeer, tmp_path: Path) -> None:
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:77\n#EXTINF:2,\n77.aac\n"
    with pytest.raises(Never, match="This is a live stream"):
        look(web.add("/live.m3u8", playlist, "application/vnd.apple.mpegurl"), tmp_path)


def test_an_unknown_page_is_not_an_error(web: WebPeer, tmp_path: Path) -> None:
    assert look(web.add("/page", "<p>Nothing</p>"), tmp_path) is None
    assert look(f"{web.url}/page", tmp_path, generic=False) is None


@pytest.mark.parametrize(("status", "kind"), [(404, Never), (403, Never), (503, TryAgain)])
def test_yt_dlps_errors_become_sentences(web: WebPeer, tmp_path: Path, status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        look(web.fail("/secret-path", status) + "?key=secret", tmp_path)
    assert str(status) in str(caught.value)
    assert "key=secret" not in str(caught.value)
    assert "report this issue" not in str(caught.value)


def test_a_checkpoint_kills_it(web: WebPeer, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def slow(_: object) -> Reply:
        time.sleep(3)
        return Reply()

    web.pages["/slow"] = slow

    def checkpoint() -> None:
        if web.requests:
            raise Stop

    with pytest.raises(Stop):
        look(f"{web.url}/slow", tmp_path, checkpoint=checkpoint)
    assert children() == []


def test_it_has_its_time(web: WebPeer, tmp_path: Path) -> None:
    with pytest.raises(TryAgain, match="longer than allowed"):
        look(web.slowly("/x", b"<html>", seconds=0.2, media_type="text/html"), tmp_path, seconds=3)
    assert children() == []


def test_a_child_that_dies_is_noticed(tmp_path: Path) -> None:
    def kill() -> None:
        for child in children():
            child.kill()

    with pytest.raises(TryAgain, match="ended without an answer"):
        ask("look", url="http://1.1.1.1/", language="", generic=True, directory=tmp_path, checkpoint=kill, seconds=60)


def test_a_page_without_end_does_not_take_the_memory(
    web: WebPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = b"<p>" + b"x" * (1 << 20)
    web.pages["/endless"] = Reply(
        200, headers={"Content-Type": "text/html"}, flow=lambda: (b"<html>" + block for _ in range(10**6))
    )
    with pytest.raises((Never, TryAgain)):
        look(f"{web.url}/endless", tmp_path, seconds=120)
    assert children() == []

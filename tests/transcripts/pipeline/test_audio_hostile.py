"""Files that try to make libav open something else."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transcripts.pipeline.media import encoded, tone, wav
from transcripts.pipeline.audio import MediaError, probe
from transcripts.pipeline.audio import source as guarded


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port of this machine that nobody should call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield server


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.wav"
    path.write_bytes(wav(tone(1.0)))
    return path


def playlists(address: str) -> dict[str, str]:
    return {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n",
        "concat": f"ffconcat version 1.0\nfile '{address}'\n",
        "dash": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT10S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" '
        f'bandwidth="64000"><BaseURL>{address}</BaseURL></Representation></AdaptationSet></Period></MPD>',
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "cue of images": "DKIF" + address,
        "ffmetadata": f";FFMETADATA1\ntitle={address}\n",
    }


@pytest.mark.parametrize("kind", sorted(playlists("")))
@pytest.mark.parametrize("guarded_twice", [True, False], ids=["as it is", "libav's list alone"])
def test_a_playlist_opens_nothing(
    kind: str, guarded_twice: bool, secret: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded_twice:  # the look at the first bytes is only there for a better sentence
        monkeypatch.setattr(guarded, "_PLAYLISTS", (b"nothing begins like this",))
    for address in (secret.as_uri(), str(secret), f"http://127.0.0.1:{listener.getsockname()[1]}/a.wav"):
        with pytest.raises(MediaError) as caught:
            probe(io.BytesIO(playlists(address)[kind].encode()))
        assert caught.value.code == "not_media"
    with pytest.raises(TimeoutError):
        listener.accept()


def test_a_playlist_beside_its_pieces_opens_nothing(secret: Path) -> None:
    playlist = secret.with_name("list.m3u8")
    playlist.write_text(playlists(secret.name)["hls"])
    with pytest.raises(MediaError):
        probe(str(playlist))


def test_an_mp4_that_keeps_its_sound_in_another_file_does_not_get_it(secret: Path) -> None:
    data = encoded(tone(0.5, rate=48_000), "mov", "pcm_s16le")
    itself = b"\x00\x00\x00\x0curl \x00\x00\x00\x01"
    name = secret.as_uri().encode() + b"\0"
    elsewhere = (12 + len(name)).to_bytes(4, "big") + b"url \x00\x00\x00\x00" + name
    assert itself in data
    changed = _grown(data, itself, elsewhere)
    assert probe(io.BytesIO(changed)).sample_rate == 48_000  # read as its own sound: the other file is never looked at


def _grown(data: bytes, old: bytes, new: bytes) -> bytes:
    """Replace a box inside nested boxes, whose sizes grow with it."""
    at = data.index(old)
    result = bytearray(data)
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        place = data.rindex(name, 0, at) - 4
        size = int.from_bytes(data[place : place + 4], "big") + len(new) - len(old)
        result[place : place + 4] = size.to_bytes(4, "big")
    result[at : at + len(old)] = new
    return bytes(result)


def test_no_decoder_of_pictures_and_no_demuxer_of_lists_is_allowed() -> None:
    demuxers, decoders = guarded.DEMUXERS.split(","), guarded.DECODERS.split(",")
    assert not {"hls", "dash", "concat", "image2", "sdp", "rtsp", "lavfi", "webm_dash_manifest", "imf"} & set(demuxers)
    assert not {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "png"} & set(decoders)

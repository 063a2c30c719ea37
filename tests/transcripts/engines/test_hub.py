from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.models import WHISPER_SAYS, tiny_whisper
from tests.peers.hub import COMMIT, HubPeer
from tests.transcripts.engines.sounds import clip_of, excerpt
from transcripts.engines import hub
from transcripts.engines.base import Never, TryAgain
from transcripts.engines.process import EngineProcess
from transcripts.engines.registry import EngineSpec
from transcripts.engines.transcription.whisper import WhisperTranscriber

REPOSITORY = "somebody/tiny-whisper"
MODEL = hub.Model(REPOSITORY, needed=("model.bin", "config.json"), wanted=("model.bin", "*.json"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tiny_whisper(tmp_path_factory.mktemp("hub"))
    (directory / "README.md").write_text("not wanted")
    return directory


@pytest.fixture
def peer(served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubPeer]:
    with HubPeer({REPOSITORY: served}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        yield server


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    return {"cache": str(tmp_path / "models")}


def fetch(options: dict[str, Any]) -> tuple[Path, list[tuple[str, float, float]]]:
    said: list[tuple[str, float, float]] = []
    return hub.fetch(MODEL, options, lambda *report: said.append(report)), said


def test_a_model_is_fetched_with_progress_and_found_again(peer: HubPeer, options: dict[str, Any], served: Path) -> None:
    assert hub.find(MODEL, options) is None
    directory, said = fetch(options)
    size = (served / "model.bin").stat().st_size
    assert (directory / "model.bin").read_bytes() == (served / "model.bin").read_bytes()
    assert not (directory / "README.md").exists()
    assert directory.name == COMMIT
    assert [done for _, done, _ in said] == sorted(done for _, done, _ in said)
    assert said[-1][1] == said[-1][2] > size
    assert said[-1][0] == f"Fetching the model {REPOSITORY}: 2 of 2 MB"

    asked = len(peer.requests)
    assert hub.find(MODEL, options) == directory == fetch(options)[0]
    assert len(peer.requests) == asked


def test_an_empty_token_is_none(peer: HubPeer, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    options["token"] = ""
    fetch(options)
    assert not any("authorization" in each.headers for each in peer.requests)


def test_a_token_from_the_options_is_used_for_everything(peer: HubPeer, options: dict[str, Any]) -> None:
    options["token"] = "hf_option"
    assert hub.unavailable(MODEL, options) is None
    fetch(options)
    assert {each.method for each in peer.requests} == {"GET", "HEAD"}
    assert {each.headers.get("authorization") for each in peer.requests} == {"Bearer hf_option"}


def test_a_cut_connection_is_taken_up_where_it_broke(peer: HubPeer, options: dict[str, Any], served: Path) -> None:
    peer.cut_once = "model.bin"
    directory, said = fetch(options)
    half = (served / "model.bin").stat().st_size // 2
    first, second = peer.downloads("model.bin")
    assert "range" not in first.headers
    assert second.headers["range"] == f"bytes={half}-"
    assert (directory / "model.bin").read_bytes() == (served / "model.bin").read_bytes()
    assert said[-1][1] == said[-1][2]


def test_what_a_killed_process_had_fetched_is_kept(
    peer: HubPeer, options: dict[str, Any], served: Path, tmp_path: Path
) -> None:
    """A cancel in the middle of the download; the next attempt asks for the rest and transcribes."""
    spec = EngineSpec("transcription", "whisper", {"model": REPOSITORY, "threads": 1, **options})
    partial = Path(options["cache"]) / "somebody--tiny-whisper" / f"{COMMIT}.partial" / "model.bin.incomplete"
    partial.parent.mkdir(parents=True)
    data = (served / "model.bin").read_bytes()
    partial.write_bytes(data[:1_000_000])  # what `kill -9` leaves

    process = EngineProcess(spec)
    said: list[str] = []
    process.call("prepare", checkpoint=lambda: None, report=lambda message, *_: said.append(message), timeout=60)
    heard = process.call(
        "transcribe", checkpoint=lambda: None, clip=clip_of(excerpt(0, 8), tmp_path), language="en", timeout=60
    )
    process.kill()

    assert [each.headers["range"] for each in peer.downloads("model.bin")] == ["bytes=1000000-"]
    assert any(f"Fetching the model {REPOSITORY}" in message for message in said)
    assert "".join(word.text for word in heard.words) == f" {WHISPER_SAYS}"
    assert not partial.parent.exists()


def test_killed_in_the_middle_for_real(peer: HubPeer, options: dict[str, Any]) -> None:
    class Cancelled(Exception):
        pass

    def cancel(*_: object) -> None:
        raise Cancelled

    process = EngineProcess(EngineSpec("transcription", "whisper", {"model": REPOSITORY, **options}))
    with pytest.raises(Cancelled):
        process.call("prepare", checkpoint=lambda: None, report=cancel, timeout=60)
    assert hub.find(MODEL, options) is None
    assert fetch(options)[0].is_dir()


def test_bytes_that_are_not_what_was_announced_are_thrown_away(peer: HubPeer, options: dict[str, Any]) -> None:
    peer.corrupt = "model.bin"
    with pytest.raises(TryAgain, match="not what the hub announced"):
        fetch(options)
    assert hub.find(MODEL, options) is None
    peer.corrupt = None
    assert fetch(options)[0].is_dir()


def test_a_model_in_the_cache_of_huggingface_hub_is_used(
    peer: HubPeer, options: dict[str, Any], served: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "hf" / "hub" / "models--somebody--tiny-whisper" / "snapshots" / "abc"
    theirs.parent.mkdir(parents=True)
    theirs.symlink_to(served)
    assert hub.find(MODEL, options) == theirs
    assert hub.unavailable(MODEL, {**options, "offline": True}) is None


def test_what_the_hub_does_not_have_is_never(peer: HubPeer, options: dict[str, Any]) -> None:
    with pytest.raises(Never, match=r"does not give the model somebody/else \(404\)"):
        hub.fetch(hub.Model("somebody/else", ("model.bin",), ("*",)), options, print)
    with pytest.raises(Never, match=r"has no weights\.bin"):
        hub.fetch(hub.Model(REPOSITORY, ("weights.bin",), ("*",)), options, print)


def test_offline_is_never_and_says_so(peer: HubPeer, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Never, match="OFFLINE"):
        fetch({**options, "offline": True})
    assert "OFFLINE" in str(hub.unavailable(MODEL, {**options, "offline": True}))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "OFFLINE" in str(hub.unavailable(MODEL, options))
    assert peer.requests == []


def test_available_when_the_hub_has_it_and_not_when_nobody_answers(
    peer: HubPeer, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hub.unavailable(MODEL, options) is None
    assert WhisperTranscriber.unavailable({"model": REPOSITORY, **options}) is None
    assert "404" in str(hub.unavailable(hub.Model("somebody/else", ("x",), ("x",)), options))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "cannot be fetched from http://127.0.0.1:9 (ConnectError)" in str(hub.unavailable(MODEL, options))
    with pytest.raises(TryAgain, match="cannot be reached"):
        fetch(options)

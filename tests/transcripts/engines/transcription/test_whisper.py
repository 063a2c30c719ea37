from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES

from tests.models import WHISPER_SAYS, tiny_whisper
from tests.transcripts.engines.sounds import clip_of, excerpt, silence
from transcripts.engines.base import Clip, Never, Transcription
from transcripts.engines.process import EngineProcess
from transcripts.engines.registry import EngineSpec
from transcripts.engines.transcription.languages import WHISPER
from transcripts.engines.transcription.whisper import WhisperTranscriber


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_whisper(tmp_path_factory.mktemp("models") / "tiny", language="de")


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    """Eight seconds of speech, the first second left out."""
    return Clip(clip_of(excerpt(0, 9), tmp_path).path, start=1.0, end=9.0)


@pytest.fixture(scope="module")
def process(model: Path) -> Iterator[EngineProcess]:
    started = EngineProcess(EngineSpec("transcription", "whisper", {"model": str(model), "threads": 1}))
    yield started
    started.kill()


def call(process: EngineProcess, method: str, **arguments: Any) -> Any:
    return process.call(method, checkpoint=lambda: None, timeout=60, **arguments)


def test_a_model_from_a_directory_gives_words_with_times(process: EngineProcess, clip: Clip) -> None:
    seen: list[tuple[float, float]] = []
    heard: Transcription = call(process, "transcribe", clip=clip, language="en", progress=lambda *at: seen.append(at))
    assert "".join(word.text for word in heard.words) == f" {WHISPER_SAYS}"
    times = [time for word in heard.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert clip.start <= times[0] < times[-1] <= clip.end
    assert all(0.5 < (word.confidence or 0) <= 1 for word in heard.words)
    assert heard.language == "en"
    assert seen[-1][1] == 8.0


def test_the_language_is_detected(process: EngineProcess, clip: Clip) -> None:
    assert call(process, "transcribe", clip=clip, language=None).language == "de"


def test_silence_gives_no_words(process: EngineProcess, tmp_path: Path) -> None:
    assert call(process, "transcribe", clip=clip_of(silence(3), tmp_path), language="en").words == []
    assert call(process, "transcribe", clip=clip_of(silence(0), tmp_path), language="en").words == []


def test_prepare_says_what_it_does(process: EngineProcess) -> None:
    said: list[str] = []
    call(process, "prepare", report=lambda message, *_: said.append(message))
    assert said[-1] == "Whisper (tiny) is ready"
    assert call(process, "info").model == "tiny"


def test_languages_are_those_of_the_library() -> None:
    assert WhisperTranscriber({}).languages() == frozenset(WHISPER) == frozenset(_LANGUAGE_CODES)
    assert WhisperTranscriber({"model": "small.en"}).languages() == frozenset({"en"})


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("/nowhere/model", r"no faster-whisper model: model\.bin, config\.json, tokenizer\.json is not there"),
        ("enormous", "no Whisper model 'enormous'"),
    ],
)
def test_a_model_that_is_not_there_is_a_sentence(wanted: str, message: str) -> None:
    reason = WhisperTranscriber.unavailable({"model": wanted})
    with pytest.raises(Never, match=message) as raised:
        WhisperTranscriber({"model": wanted}).prepare(lambda *_: None)
    assert str(raised.value) == reason


def test_a_broken_model_is_a_sentence(model: Path, tmp_path: Path) -> None:
    for path in model.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[:1000] if path.name == "model.bin" else path.read_bytes())
    with pytest.raises(Never, match="cannot use the model in"):
        WhisperTranscriber({"model": str(tmp_path)}).prepare(lambda *_: None)


def test_available_with_a_directory_and_not_when_it_may_not_be_fetched(model: Path, tmp_path: Path) -> None:
    assert WhisperTranscriber.unavailable({"model": str(model)}) is None
    reason = WhisperTranscriber.unavailable({"model": "small", "cache": str(tmp_path), "offline": True})
    assert "Systran/faster-whisper-small is not on this machine" in str(reason)

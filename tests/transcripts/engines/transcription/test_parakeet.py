from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.models import PARAKEET_SAYS, tiny_parakeet
from tests.transcripts.engines.sounds import clip_of, excerpt, silence
from transcripts.engines.base import Never, Transcription
from transcripts.engines.process import EngineProcess
from transcripts.engines.registry import EngineSpec
from transcripts.engines.transcription.parakeet import LONGEST, ParakeetTranscriber


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_parakeet(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def process(model: Path) -> Iterator[EngineProcess]:
    started = EngineProcess(EngineSpec("transcription", "parakeet", {"model": str(model), "threads": 1}))
    yield started
    started.kill()


def call(process: EngineProcess, method: str, **arguments: Any) -> Any:
    return process.call(method, checkpoint=lambda: None, timeout=60, **arguments)


def test_a_model_from_a_directory_gives_words_with_times(process: EngineProcess, tmp_path: Path) -> None:
    clip = replace(clip_of(excerpt(0, 6), tmp_path), start=1.0)
    heard: Transcription = call(process, "transcribe", clip=clip, language="en")
    text = "".join(word.text for word in heard.words)
    assert text.startswith(f" {PARAKEET_SAYS} The")
    times = [time for word in heard.words for time in (word.start, word.end)]
    assert times == sorted(times)
    # Each token is 0.32 s long: " The" is one, " budget" two.
    assert times[:4] == [1.0, 1.32, 1.32, 1.96]
    assert times[-1] <= clip.end
    assert all(0.5 < (word.confidence or 0) <= 1 for word in heard.words)
    assert heard.language == "en"


def test_long_sound_is_given_to_the_model_in_pieces(process: EngineProcess, tmp_path: Path) -> None:
    clip = clip_of(excerpt(0, LONGEST + 5), tmp_path)
    seen: list[tuple[float, float]] = []
    heard: Transcription = call(process, "transcribe", clip=clip, language="en", progress=lambda *at: seen.append(at))
    assert seen[-1][0] == seen[-1][1]
    assert [word.start for word in heard.words] == sorted(word.start for word in heard.words)
    assert heard.words[-1].end > LONGEST


def test_no_sound_gives_no_words(process: EngineProcess, tmp_path: Path) -> None:
    assert call(process, "transcribe", clip=clip_of(silence(0), tmp_path), language="de").words == []


def test_prepare_says_what_it_does(process: EngineProcess) -> None:
    said: list[str] = []
    call(process, "prepare", report=lambda message, *_: said.append(message))
    assert said[-1] == "Parakeet (tiny int8) is ready"


def test_full_precision_is_another_file(tmp_path: Path) -> None:
    full = tiny_parakeet(tmp_path, quantization="")
    assert ParakeetTranscriber.unavailable({"model": str(full), "quantization": ""}) is None
    assert "encoder-model.int8.onnx" in str(ParakeetTranscriber.unavailable({"model": str(full)}))


def test_languages() -> None:
    languages = ParakeetTranscriber({}).languages()
    assert languages is not None
    assert len(languages) == 25
    assert ParakeetTranscriber({"model": "nemo-parakeet-tdt-0.6b-v2"}).languages() == frozenset({"en"})


@pytest.mark.parametrize("wanted", ["/nowhere/model", "nemo-parakeet-huge"])
def test_a_model_that_is_not_there_is_a_sentence(wanted: str) -> None:
    reason = ParakeetTranscriber.unavailable({"model": wanted})
    with pytest.raises(Never) as raised:
        ParakeetTranscriber({"model": wanted}).prepare(lambda *_: None)
    assert str(raised.value) == reason


def test_a_broken_model_is_a_sentence(model: Path, tmp_path: Path) -> None:
    for path in model.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "encoder-model.int8.onnx").write_bytes(b"not a model")
    with pytest.raises(Never, match="cannot use the model in"):
        ParakeetTranscriber({"model": str(tmp_path)}).prepare(lambda *_: None)

from pathlib import Path
from typing import Any

import pytest

from tests.models import tiny_parakeet, tiny_whisper
from tests.transcripts.engines import probe
from transcripts.engines import registry
from transcripts.engines.base import Never
from transcripts.engines.registry import EngineSpec, choose
from transcripts.engines.transcription.languages import PARAKEET

Options = dict[str, dict[str, Any]]


@pytest.fixture
def nothing_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    """A fresh machine without a network."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    shared = {"cache": str(tmp_path / "models"), "offline": True}
    return {name: dict(shared) for name in registry.names("transcription")}


@pytest.fixture
def with_models(nothing_fetched: Options, tmp_path: Path) -> Options:
    nothing_fetched["whisper"]["model"] = str(tiny_whisper(tmp_path / "whisper"))
    nothing_fetched["parakeet"]["model"] = str(tiny_parakeet(tmp_path / "parakeet"))
    return nothing_fetched


def chosen(options: Options, *, language: str | None = "en") -> str:
    return choose("transcription", options_by_engine=options, language=language).spec.name


@pytest.mark.parametrize("kind", ["transcription", "diarization", "language", "translation"])
def test_every_engine_can_be_built_and_asked(kind: registry.Kind) -> None:
    for name in registry.names(kind):
        spec = EngineSpec(kind, name, {})
        reason = registry.unavailable(spec)
        assert reason is None or reason.endswith((".", ")", "]"))
        assert registry.engine_class(kind, name).name == name


def test_without_a_service_there_is_no_translation_and_no_pretence_of_one() -> None:
    with pytest.raises(registry.NotConfigured, match="No translation engine is configured"):
        choose("translation", options_by_engine={"gpu": {}, "openai": {}})
    with pytest.raises(Never, match="TRANSLATE_URL is 'nonsense'"):
        choose("translation", options_by_engine={"gpu": {"url": "nonsense"}})


def test_a_translation_service_comes_before_a_language_model() -> None:
    options = {"openai": {"url": "http://localhost:1", "model": "any"}}
    assert choose("translation", options_by_engine=options).spec.name == "openai"
    options["gpu"] = {"url": "http://localhost:2"}
    assert choose("translation", options_by_engine=options).spec.name == "gpu"


def test_a_fresh_machine_uses_the_draft_engine_and_says_why(nothing_fetched: Options) -> None:
    choice = choose("transcription", options_by_engine=nothing_fetched, language="en")
    assert (choice.spec.name, choice.fallback) == ("pocketsphinx", True)
    assert len(choice.reasons) == 2
    assert all("is not on this machine" in reason for reason in choice.reasons)


def test_parakeet_for_its_languages_and_whisper_for_the_others(with_models: Options) -> None:
    assert chosen(with_models, language="en") == "parakeet"
    assert chosen(with_models, language="de") == "parakeet"
    assert chosen(with_models, language="ja") == "whisper"


def test_whisper_where_the_language_must_be_heard_first(with_models: Options) -> None:
    assert chosen(with_models, language=None) == "whisper"
    with_models["whisper"]["model"] = "/nowhere"
    assert chosen(with_models, language=None) == "parakeet"


def test_a_better_engine_is_no_fallback(with_models: Options) -> None:
    choice = choose("transcription", options_by_engine=with_models, language="ja")
    assert not choice.fallback
    assert choice.reasons == [
        f"The engine parakeet does not know the language 'ja' (it knows: {', '.join(sorted(PARAKEET))})."
    ]


def test_a_configured_service_comes_first(with_models: Options) -> None:
    with_models["gpu"]["url"] = "http://localhost:1"
    assert chosen(with_models) == "gpu"
    with_models["openai"]["url"] = "http://localhost:2"
    assert chosen(with_models) == "openai"


def test_the_draft_engine_is_the_last_resort_for_any_language(nothing_fetched: Options) -> None:
    choice = choose("transcription", options_by_engine=nothing_fetched, language="ja")
    assert choice.spec.name == "pocketsphinx"
    assert choice.reasons[-1] == "The engine pocketsphinx does not know the language 'ja' (it knows: en)."


def test_an_engine_asked_for_by_name_is_used_or_refused(with_models: Options) -> None:
    def by_name(name: str, language: str = "en") -> registry.Choice:
        return choose("transcription", options_by_engine=with_models, language=language, wanted=name)

    assert by_name("whisper").spec == EngineSpec("transcription", "whisper", with_models["whisper"])
    assert not by_name("pocketsphinx").fallback
    with pytest.raises(Never, match="TRANSCRIPT_OPENAI_URL"):
        by_name("openai")
    with pytest.raises(Never, match="does not know the language 'ja'"):
        by_name("pocketsphinx", "ja")
    with pytest.raises(Never, match="no transcription engine called 'dragon'"):
        by_name("dragon")


def test_an_engine_of_ones_own_by_its_path() -> None:
    choice = choose("transcription", options_by_engine={}, wanted=probe.NAME)
    assert isinstance(registry.load(choice.spec), probe.ProbeTranscriber)
    options = {probe.NAME: {"unavailable": "Broken."}}
    with pytest.raises(Never, match="Broken"):
        choose("transcription", options_by_engine=options, wanted=probe.NAME)
    with pytest.raises(Never, match="cannot be loaded"):
        choose("transcription", options_by_engine={}, wanted="nowhere.at_all:Engine")


@pytest.mark.parametrize(("kind", "builtin"), [("diarization", "builtin"), ("language", "extractive")])
def test_the_built_in_engines_of_other_kinds_need_nothing(kind: registry.Kind, builtin: str) -> None:
    choice = choose(kind, options_by_engine={})
    assert (choice.spec.name, choice.fallback) == (builtin, True)


@pytest.mark.parametrize(("kind", "service"), [("diarization", "gpu"), ("language", "openai")])
def test_their_services_come_first_too(kind: registry.Kind, service: str) -> None:
    options = {service: {"url": "http://localhost:1", "model": "any"}}
    choice = choose(kind, options_by_engine=options)
    assert (choice.spec.name, choice.fallback) == (service, False)

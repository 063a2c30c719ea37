from dataclasses import replace
from pathlib import Path

import pytest

from tests.transcripts.engines.sounds import chords, clip_of, excerpt, turns
from transcripts.engines.base import Never
from transcripts.engines.process import EngineProcess
from transcripts.engines.registry import EngineSpec
from transcripts.engines.transcription.pocketsphinx import PocketSphinxTranscriber

#: What is said in the seventh turn of the sample meeting, and what might have been.
GRAMMAR = """#JSGF V1.0;
grammar orders;
public <said> = yes i will <what> the <thing> before friday;
<what> = order | sell | paint;
<thing> = machine | house | report;
"""


@pytest.fixture(scope="module")
def draft() -> PocketSphinxTranscriber:
    return PocketSphinxTranscriber({})


def nothing(*_: float) -> None: ...


def test_words_have_times_and_confidence_and_are_labelled_a_draft(
    draft: PocketSphinxTranscriber, tmp_path: Path
) -> None:
    clip = replace(clip_of(excerpt(0, 4), tmp_path), start=0.5, end=2.5)
    seen: list[tuple[float, float]] = []
    heard = draft.transcribe(clip, language=None, progress=lambda *at: seen.append(at))
    assert len(heard.words) > 2
    assert all(word.text.startswith(" ") and "(" not in word.text for word in heard.words)
    times = [time for word in heard.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0.5 <= times[0] < times[-1] <= 2.5
    assert all(0 <= (word.confidence or 0) <= 1 for word in heard.words)
    assert heard.language == "en"
    assert seen[-1] == (2.0, 2.0)
    assert draft.info().draft


def test_the_same_sound_gives_the_same_words(draft: PocketSphinxTranscriber, tmp_path: Path) -> None:
    clip = clip_of(excerpt(0.4, 1.6), tmp_path)
    first = draft.transcribe(clip, language="en", progress=nothing)
    assert draft.transcribe(clip, language="en", progress=nothing) == first


def test_music_gives_no_words(draft: PocketSphinxTranscriber, tmp_path: Path) -> None:
    clip = clip_of(chords(10, beat=0.5, decay=0.3), tmp_path)
    assert draft.transcribe(clip, language="en", progress=nothing).words == []


def test_a_grammar_is_understood_exactly(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsgf"
    path.write_text(GRAMMAR)
    start, _ = turns()[6]
    clip = clip_of(excerpt(start, start + 3.0), tmp_path)
    process = EngineProcess(EngineSpec("transcription", "pocketsphinx", {"grammar": str(path)}))
    heard = process.call("transcribe", checkpoint=lambda: None, clip=clip, language="en")
    process.kill()
    assert "".join(word.text for word in heard.words) == " yes I will order the machine before friday"


def test_a_wrong_grammar_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsgf"
    path.write_text("this is no grammar")
    with pytest.raises(Never, match="Check the grammar"):
        PocketSphinxTranscriber({"grammar": str(path)}).prepare(lambda *_: None)
    assert PocketSphinxTranscriber.unavailable({}) is None
    assert "is not a file" in str(PocketSphinxTranscriber.unavailable({"grammar": str(tmp_path / "missing")}))

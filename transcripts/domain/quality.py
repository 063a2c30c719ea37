"""How far a transcript can be relied on: a score from 0 to 100, and what it lost points for, in sentences.

The score starts at 100. Each thing that speaks against the transcript takes points, up to a limit of its own:

| code        | what                                                      | points               | at most |
|-------------|-----------------------------------------------------------|----------------------|---------|
| confidence  | mean confidence of the recogniser below 90 %              | 1 for each 2 %       | 20      |
| suspect     | share of words that were probably not said                | 1 for each 1 %       | 25      |
| coverage    | share of the speech without words, beyond 10 %            | 1 for each 2 %       | 30      |
| pace        | words for each second of speech, outside of 0.8 to 5      | 10                   | 10      |
| language    | another language than was expected                        | 15                   | 15      |
| speakers    | speakers not told apart, or only by a fallback            | 8, or 4              | 8       |
| draft_words | words by the built-in recogniser                          | 40                   | 40      |
| draft_text  | topics, summary and next steps by the built-in extracts   | 5                    | 5       |
| dropped     | share of sentences that were not said                     | 1 for each 2 %       | 25      |
| weak        | share of sentences that were not clearly said             | 1 for each 5 %       | 10      |
| truncated   | the end of the recording is missing                       | 10                   | 10      |
| damaged     | parts of the recording could not be read                  | 10                   | 10      |

No engine knows whether it is right, so this measures what can be measured; a good score is no proof. Where speech was
heard and no word recognised the score is 0; where nobody spoke there is nothing to score (None).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from transcripts.domain.checking import Tally

GOOD, FAIR = 80, 60
_FEWEST_WORDS = 20  # below this, shares and pace say nothing
_SLOWEST, _FASTEST = 0.8, 5.0  # words for each second of speech
_SPEECH_WORTH_WORDS = 2.0  # seconds
_CLOSE = 0.5  # seconds around a word that it covers: detectors and recognisers do not agree to the last tenth

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Signals:
    """What was measured. None where it could not be: a recogniser without confidence, words that came without audio.

    `speech` and `covered`: seconds in which somebody speaks, and those of them that got words.
    `told_apart`: None where there is nothing to tell apart. `asked` is "" when the language was to be detected;
    `looks` is the language that the text is in, as far as its little words show.
    """

    words: int
    suspect: int = 0
    confidence: float | None = None
    speech: float | None = None
    covered: float = 0.0
    spaced: bool = True  # whether words are words, and not characters
    told_apart: bool | None = None
    asked: str = ""
    detected: str = ""
    looks: str | None = None
    truncated: bool = False
    damaged: bool = False
    drafts: frozenset[str] = frozenset()  # tasks that a fallback did, as in `Transcript.engines`
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Loss:
    """Why the score is lower, as a sentence, and by how much."""

    code: str
    sentence: str
    points: int


def quality(signals: Signals) -> dict[str, Any]:
    """The JSON that is kept: score, reasons, counts of the check, the share of speech that got words."""
    found = list(_losses(signals))
    score: int | None = max(0, 100 - sum(loss.points for loss in found))
    if not signals.words:
        found, score = _wordless(signals)
    tally = signals.tally
    return {
        "score": score,
        "reasons": [asdict(loss) for loss in found],
        "checked": {
            "sentences": tally.sentences,
            "grounded": tally.grounded,
            "weak": tally.weak,
            "dropped": tally.dropped,
            "fields": tally.fields,
            "mended": tally.mended,
        },
        "left_out": tally.left_out,
        "coverage": None if (share := _coverage(signals)) is None else round(share, 3),
    }


def word_for(score: int | None) -> str:
    """One word for people."""
    if score is None:
        return "Nothing to judge"
    return "Good" if score >= GOOD else "Fair" if score >= FAIR else "Poor"


def doubt_of(found: Mapping[str, Any]) -> str:
    """Why a sentence or an item was not clearly said, as the check has marked it; empty when it was."""
    return (found.get("reason") or "It was not clearly said.") if found.get("grounding") == "weak" else ""


def _wordless(signals: Signals) -> tuple[list[Loss], int | None]:
    if signals.speech is None or signals.speech < _SPEECH_WORTH_WORDS:
        return [Loss("silent", "Nothing was said, so there is nothing to judge.", 0)], None
    return [Loss("coverage", f"Somebody speaks for {signals.speech:.0f} seconds, but no word was recognised.", 100)], 0


def _coverage(signals: Signals) -> float | None:
    if signals.speech is None or signals.speech <= 0:
        return None
    return min(1.0, signals.covered / signals.speech)


def _losses(signals: Signals) -> Iterator[Loss]:
    for loss in (*_of_words(signals), *_of_sound(signals), *_of_engines(signals), *_of_claims(signals)):
        if loss.points > 0:
            yield loss


def _of_words(signals: Signals) -> Iterator[Loss]:
    if signals.confidence is not None:
        points = _capped((0.9 - signals.confidence) * 50, 20)
        yield Loss("confidence", f"The recogniser was {signals.confidence:.0%} sure of its words on average.", points)
    if signals.words:
        share = signals.suspect / signals.words
        yield Loss("suspect", f"{_percent(share)} of the words were probably not said.", _capped(share * 100, 25))
    covered = _coverage(signals)
    if covered is not None:
        points = _capped((0.9 - covered) * 50, 30)
        yield Loss("coverage", f"{_percent(1 - covered)} of the time in which somebody speaks has no words.", points)
    if signals.speech and signals.spaced and signals.words >= _FEWEST_WORDS:
        pace = signals.words / signals.speech
        if not _SLOWEST <= pace <= _FASTEST:
            rather = "slower" if pace < _SLOWEST else "faster"
            yield Loss("pace", f"{pace:.1f} words a second are {rather} than people speak.", 10)
    yield from _of_language(signals)


def _of_language(signals: Signals) -> Iterator[Loss]:
    if signals.asked and signals.detected and signals.asked != signals.detected:
        yield Loss("language", "Another language was recognised than the one that was chosen.", 15)
    elif signals.looks is not None and signals.detected and signals.looks != signals.detected:
        yield Loss("language", "The words look as if they were spoken in another language.", 15)


def _of_sound(signals: Signals) -> Iterator[Loss]:
    if signals.truncated:
        yield Loss("truncated", "The end of the recording is missing.", 10)
    if signals.damaged:
        yield Loss("damaged", "Parts of the recording are damaged and could not be read.", 10)
    if signals.told_apart is False:
        yield Loss("speakers", "The speakers were not told apart.", 8)


def _of_engines(signals: Signals) -> Iterator[Loss]:
    if "transcription" in signals.drafts:
        yield Loss("draft_words", "The words were made by the built-in recogniser, which often mishears.", 40)
    if "diarization" in signals.drafts and signals.told_apart:
        yield Loss("speakers", "The speakers were told apart by a fallback, which mixes up similar voices.", 4)
    if signals.drafts & {"topics", "title", "summary", "action_items"}:
        yield Loss("draft_text", "Summary and next steps are sentences picked out of the conversation.", 5)


def _of_claims(signals: Signals) -> Iterator[Loss]:
    tally = signals.tally
    if not tally.sentences:
        return
    dropped, weak = tally.dropped / tally.sentences, tally.weak / tally.sentences
    yield Loss("dropped", f"Not said, and left out: {_counted(tally.dropped)}.", _capped(dropped * 50, 25))
    yield Loss("weak", f"Not clearly said, and marked: {_counted(tally.weak)}.", _capped(weak * 20, 10))


def _counted(number: int) -> str:
    return "1 sentence" if number == 1 else f"{number} sentences"


def _capped(points: float, most: int) -> int:
    """Whole points; what is there at all costs one at least."""
    return 0 if points <= 0 else min(most, max(1, round(points)))


def _percent(share: float) -> str:
    return "Less than 1 %" if 0 < share < 0.01 else f"{share * 100:.0f} %"


def covered_seconds(speech: Sequence[Sequence[float]], words: Sequence[Span]) -> float:
    """Seconds of `speech` (start, end) in which or close to which there are words. One walk over both."""
    spoken = iter(sorted((start - _CLOSE, end + _CLOSE) for start, end in words))
    total, word = 0.0, next(spoken, None)
    for start, end in sorted((start, end) for start, end in speech):
        reached = start
        while word is not None and word[0] < end:
            total += max(0.0, min(word[1], end) - max(word[0], reached))
            reached = max(reached, min(word[1], end))
            if word[1] > end:
                break
            word = next(spoken, None)
    return total

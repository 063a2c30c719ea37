"""What every engine speaks: plain dataclasses in, plain dataclasses out, two kinds of failure.

Nothing here knows Django. An engine is built from an options mapping, runs in a child process (see `process.py`), and
can be tried from a shell with nothing but numpy installed. Times are seconds as float from the start of the recording
unless a docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

#: `progress(done, total)`: real work, in the engine's own unit (seconds of audio, utterances read).
Progress = Callable[[float, float], None]


class EngineError(Exception):
    """An engine could not do its work. The message is a sentence that the owner of the transcript can read."""

    permanent: ClassVar[bool]


class TryAgain(EngineError):
    """It may work later: a time-out, a 5xx answer, a dead child process."""

    permanent = False


class Never(EngineError):
    """It will not work however often it is tried: a missing model, a 4xx answer, an unsupported language."""

    permanent = True


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Which engine, model and version produced a result; kept on the transcript."""

    engine: str
    model: str
    version: str
    draft: bool = False  # a fallback whose result must be labelled as a draft wherever it is shown


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of the engine audio: 16 kHz signed 16-bit PCM WAV at `path`, one or two channels.

    `start` and `end` are seconds into that file. `channel` picks one of two channels; None means the mix of all.
    `url` is set only for engines with `needs_url`: a short-lived address of a file that holds exactly this piece.
    """

    path: str
    start: float
    end: float
    channel: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word. `text` carries its own leading space, so that joining words gives the sentence.

    `suspect` names why the gate does not trust the word ("silence", "repetition", "rate", "confidence"), or is empty.
    """

    text: str
    start: float
    end: float
    speaker: int = 0
    confidence: float | None = None
    suspect: str = ""


@dataclass(frozen=True, slots=True)
class Transcription:
    words: list[Word]
    language: str  # ISO 639-1 code, detected or as asked


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """One speaker from `start` to `end`. Speakers are numbered 0, 1, 2… in the order in which they first speak."""

    start: float
    end: float
    speaker: int


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance as the language engines see it. Its place in the list is its number."""

    speaker: str
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class TopicText:
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence and the seconds of the recording it rests on."""

    text: str
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    sentences: list[Cited]


@dataclass(frozen=True, slots=True)
class Summary:
    """`short` is a recap of a few sentences; `sections` is the long one, a heading and sentences each (at most six)."""

    short: list[Cited]
    sections: list[Section]


@dataclass(frozen=True, slots=True)
class Decision:
    decision: str
    rationale: str | None = None
    decided_by: str | None = None
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NextStep:
    task: str
    assigned_to: str | None = None
    deadline: str | None = None
    context: str | None = None
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ActionItems:
    decisions: list[Decision]
    next_steps: list[NextStep]


class Engine(Protocol):
    """What all engines share. Constructing one must be cheap; models are loaded at the first call or in `prepare`."""

    name: ClassVar[str]

    def __init__(self, options: Mapping[str, Any]) -> None: ...

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        """Why it cannot work here with these options, as a sentence that says what to do; None when it can.

        Answers from what is on this machine within a second: no download, no model load.
        """

    def info(self) -> EngineInfo: ...

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        """Load, and where needed fetch, the model. `report(message, done, total)`, bytes for a download."""


class Transcriber(Engine, Protocol):
    needs_url: ClassVar[bool]
    #: How long a piece it likes to get, in seconds: long enough to be efficient, short enough to share out and show.
    shard_seconds: ClassVar[float]

    def languages(self) -> frozenset[str] | None:
        """ISO 639-1 codes it can do; None when it takes any."""

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        """Words with times in seconds from the start of the *file* (clip.start is added by the engine)."""


class Diarizer(Engine, Protocol):
    needs_url: ClassVar[bool]

    def diarize(self, clip: Clip, *, progress: Progress) -> list[SpeakerTurn]: ...


class LanguageModel(Engine, Protocol):
    """Text in, understanding out. `language` is the ISO 639-1 code in which to answer."""

    def topic(self, lines: Sequence[Line], *, first: int, last: int, language: str, progress: Progress) -> TopicText:
        """Title (a few words) and summary (at most two sentences) of lines[first..last], both inclusive."""

    def title(self, lines: Sequence[Line], topics: Sequence[TopicText], *, language: str, progress: Progress) -> str:
        """One line of at most ten words."""

    def summary(
        self, lines: Sequence[Line], topics: Sequence[TopicText], *, language: str, progress: Progress
    ) -> Summary: ...

    def action_items(self, lines: Sequence[Line], *, language: str, progress: Progress) -> ActionItems: ...


class Translator(Engine, Protocol):
    """What was said, in another language, utterance by utterance."""

    def translate(
        self, lines: Sequence[Line], *, wanted: Sequence[int], source: str, target: str, progress: Progress
    ) -> list[str]:
        """`lines[n].text` for each n in `wanted`, translated, in that order; as many texts as `wanted` has numbers.

        The other lines are what was said around them. `source` and `target` are ISO 639-1 codes. A text without
        anything in it is "".
        """

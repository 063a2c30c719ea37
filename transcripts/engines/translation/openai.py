"""Translation by a chat model behind an OpenAI-compatible endpoint: vLLM, Ollama, LM Studio, OpenAI and others.

It gets numbered lines with what was said around them, and has to answer with the same numbers. An answer that leaves
one out or adds one goes back to it with what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

from transcripts.engines.base import EngineInfo, Line, Progress
from transcripts.engines.language.answers import Text
from transcripts.engines.language.openai import OpenAILanguageModel
from transcripts.engines.language.windows import harmless, packed
from transcripts.engines.translation import prompts
from transcripts.engines.translation.pieces import joined, pieces

_TEMPERATURE = 0.1  # the same words should become the same words
_MOST_LINES = 20  # in one question: with more, small models lose count
_LARGEST_ANSWER, _ANSWER_SHARE = 1500, 0.1  # tokens of text in one question: the translation may take twice as many
_LONGEST_TEXT = 1500  # characters: a longer utterance is cut between sentences
_NEIGHBOURS = 2  # lines of context on either side of what is translated


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class TranslatedLine(_Shape):
    number: int
    text: Text


class TranslationAnswer(_Shape):
    translations: list[TranslatedLine]

    @model_validator(mode="after")
    def _the_lines_that_were_shown(self, info: ValidationInfo) -> TranslationAnswer:
        shown = (info.context or {}).get("numbers", [])
        given = [line.number for line in self.translations]
        if missing := sorted(set(shown) - set(given)):
            raise ValueError(f"the lines {missing} are missing; translate all of {shown}")
        if len(given) != len(shown) or set(given) != set(shown):
            raise ValueError(f"translate the lines {shown}, each once, and no others")
        return self


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or a part of a long one. `place` is where it stands among `wanted`, `line` its index in the lines."""

    place: int
    line: int
    text: str


class OpenAITranslator:
    """Options as of `OpenAILanguageModel`; only `url` and `model` are required."""

    name: ClassVar[str] = "openai"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._model = OpenAILanguageModel({"temperature": _TEMPERATURE, **options})
        window = int(options.get("context_window", 16000))
        self._room = int(min(_LARGEST_ANSWER, window * _ANSWER_SHARE))

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        return OpenAILanguageModel.unavailable(options)

    def info(self) -> EngineInfo:
        return self._model.info()

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        """The server loads its model itself, at the first question."""

    def translate(
        self, lines: Sequence[Line], *, wanted: Sequence[int], source: str, target: str, progress: Progress
    ) -> list[str]:
        every = [
            _Piece(place, number, text)
            for place, number in enumerate(wanted)
            for text in pieces(lines[number].text, _LONGEST_TEXT)
        ]
        parts: list[list[str]] = [[] for _ in wanted]
        names = list(dict.fromkeys(line.speaker for line in lines if line.speaker))
        done = 0
        for group in self._groups(every):
            progress(done, len(every))
            for piece, text in zip(group, self._ask(lines, group, names, source, target), strict=True):
                parts[piece.place].append(text)
            done += len(group)
        progress(len(every), len(every))
        return [joined(texts) for texts in parts]

    def _groups(self, every: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
        for group in packed(every, self._room, text=lambda piece: piece.text):
            yield from (group[first : first + _MOST_LINES] for first in range(0, len(group), _MOST_LINES))

    def _ask(
        self, lines: Sequence[Line], group: Sequence[_Piece], names: Sequence[str], source: str, target: str
    ) -> list[str]:
        """The translations of the pieces, which are numbered from 1 for the model."""
        numbers = list(range(1, len(group) + 1))
        messages = prompts.translation(_shown(lines, group), names=names, source=source, target=target)
        answer = self._model.chat.ask(TranslationAnswer, messages, {"numbers": numbers})
        by_number = {line.number: line.text for line in answer.translations}
        return [by_number[number] for number in numbers]


def _shown(lines: Sequence[Line], group: Sequence[_Piece]) -> list[str]:
    """The pieces with their numbers, and around them what was said before and after."""
    numbered: dict[int, list[tuple[int, str]]] = {}
    for number, piece in enumerate(group, start=1):
        numbered.setdefault(piece.line, []).append((number, piece.text))
    near = {
        line
        for piece in group
        for line in range(max(0, piece.line - _NEIGHBOURS), min(len(lines), piece.line + _NEIGHBOURS + 1))
    }
    shown = []
    for line in sorted(near):
        speaker = harmless(lines[line].speaker) or "?"
        if line in numbered:
            shown += [f"[{number}] {speaker}: {harmless(text)}" for number, text in numbered[line]]
        elif lines[line].text.strip():
            shown.append(f"(context) {speaker}: {harmless(lines[line].text)[:_LONGEST_TEXT]}")
    return shown

"""Understanding by a chat model behind an OpenAI-compatible endpoint: vLLM, Ollama, LM Studio, OpenAI and others.

A meeting that fits the model's window is read in one call for each question. A longer one is read in pieces: notes are
taken of each, merged until they fit, and summarised; decisions and next steps are collected from each and merged.
Every line is shown to the model once, whatever the length.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from transcripts.engines.base import (
    ActionItems,
    Cited,
    Decision,
    EngineInfo,
    Line,
    Never,
    NextStep,
    Progress,
    Section,
    Summary,
    TopicText,
    TryAgain,
)
from transcripts.engines.language import prompts
from transcripts.engines.language.answers import (
    ActionItemsAnswer,
    Answer,
    CitedAnswer,
    DecisionAnswer,
    NextStepAnswer,
    NotesAnswer,
    SummaryAnswer,
    TitleAnswer,
    TopicAnswer,
)
from transcripts.engines.language.chat import ChatClient
from transcripts.engines.language.structured import MODES, StructuredChat
from transcripts.engines.language.windows import NumberedLine, harmless, numbered, packed, pieces, tokens_of

_FRAME_TOKENS = 1800  # instructions, schema, and a wrong answer with its error on the way back
_ANSWER_SHARE, _LARGEST_ANSWER = 0.25, 4000  # of the window, in tokens
_SMALLEST_WINDOW = 4000
_SHORTER = 0.8  # merging notes has to leave at most this much of them, or it would go on for ever


class OpenAILanguageModel:
    """Options (only `url` and `model` are required):

    url: address of the server, with or without `/v1` or `/v1/chat/completions`.
    key: API key, sent as a bearer token.
    model: name of the model, as the server knows it.
    context_window: size of the model's window (16000).
    timeout: seconds to wait for one answer (300).
    temperature: 0 to 2 (0.3); None leaves it to the server.
    max_retries: further attempts after a wrong answer, and after an answer that says busy or broken (3).
    retry_wait: seconds before the first such repetition; doubles each time (1).
    structured: "json_schema", "json_object" or "prompt", the strictest way of asking for JSON to begin with.
    """

    name: ClassVar[str] = "openai"

    def __init__(self, options: Mapping[str, Any]) -> None:
        problem = self.unavailable(options)
        if problem is not None:
            raise Never(problem)
        self.model = str(options["model"])
        retries = int(options.get("max_retries", 3))
        client = ChatClient(
            url=str(options["url"]),
            key=str(options.get("key") or ""),
            model=self.model,
            timeout=float(options.get("timeout", 300)),
            retries=retries,
            wait=float(options.get("retry_wait", 1)),
        )
        self.chat = StructuredChat(
            client,
            mode=str(options.get("structured", MODES[0])),
            temperature=options.get("temperature", 0.3),
            retries=retries,
        )
        window = int(options.get("context_window", 16000))
        self.budget = window - _FRAME_TOKENS - int(min(_LARGEST_ANSWER, window * _ANSWER_SHARE))

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        url = urlsplit(str(options.get("url") or "").strip())
        if url.scheme not in ("http", "https") or not url.hostname:
            return "No language model server is configured. Set its address, such as http://localhost:11434/v1."
        if not options.get("model"):
            return "No language model is chosen. Set the name of a model that the server offers."
        if options.get("structured", MODES[0]) not in MODES:
            return f"The way of asking for JSON has to be one of {', '.join(MODES)}."
        try:
            window = int(options.get("context_window", 16000))
        except (TypeError, ValueError):
            window = 0
        if window < _SMALLEST_WINDOW:
            return f"The language model's context window has to be {_SMALLEST_WINDOW} tokens or more."
        return None

    def info(self) -> EngineInfo:
        """The version is the name by which the server calls the model, once it has answered."""
        return EngineInfo(engine=self.name, model=self.model, version=self.chat.served_by)

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        """The server loads its model itself, at the first question."""

    def topic(self, lines: Sequence[Line], *, first: int, last: int, language: str, progress: Progress) -> TopicText:
        shown = numbered(lines[first : last + 1], first=first)
        if not shown:
            return TopicText(title="", summary="")
        reading = _Reading(self, lines, language, progress, total=len(shown))
        tag, text, _ = reading.text_or_notes(shown)
        answer = reading.ask(TopicAnswer, prompts.topic(tag, text, names=reading.names, language=language), ())
        progress(len(shown), len(shown))
        return TopicText(title=answer.title, summary=answer.summary)

    def title(self, lines: Sequence[Line], topics: Sequence[TopicText], *, language: str, progress: Progress) -> str:
        if not topics:
            return self.topic(lines, first=0, last=len(lines) - 1, language=language, progress=progress).title
        groups = packed(topics, self.budget, text=prompts.topic_line)
        reading = _Reading(self, lines, language, progress, total=len(topics))
        titles = []
        for done, group in enumerate(groups, start=1):
            answer = reading.ask(TitleAnswer, prompts.title(group, language=language), ())
            titles.append(answer.title)
            progress(done, len(groups))
        if len(titles) == 1:
            return titles[0]
        merged = [TopicText(title=title, summary="") for title in titles]
        return self.title(lines, merged, language=language, progress=progress)

    def summary(
        self, lines: Sequence[Line], topics: Sequence[TopicText], *, language: str, progress: Progress
    ) -> Summary:
        shown = numbered(lines)
        if not shown:
            return Summary(short=[], sections=[])
        reading = _Reading(self, lines, language, progress, total=len(shown))
        tag, text, citable = reading.text_or_notes(shown)
        messages = prompts.summary(tag, text, names=reading.names, language=language)
        answer = reading.ask(SummaryAnswer, messages, citable)
        progress(len(shown), len(shown))
        return Summary(
            short=[reading.cited(sentence) for sentence in answer.recap],
            sections=[
                Section(section.heading, [reading.cited(sentence) for sentence in section.sentences])
                for section in answer.sections
            ],
        )

    def action_items(self, lines: Sequence[Line], *, language: str, progress: Progress) -> ActionItems:
        shown = numbered(lines)
        if not shown:
            return ActionItems(decisions=[], next_steps=[])
        reading = _Reading(self, lines, language, progress, total=len(shown))
        found = [
            reading.ask(
                ActionItemsAnswer,
                prompts.actions(_text(piece), names=reading.names, language=language),
                reading.read(piece),
            )
            for piece in pieces(shown, self.budget)
        ]
        answer = reading.merged_actions(found)
        progress(len(shown), len(shown))
        return reading.action_items(answer)


class _Reading:
    """One question about one meeting: the lines, the participants, how far it has come."""

    def __init__(
        self, engine: OpenAILanguageModel, lines: Sequence[Line], language: str, progress: Progress, *, total: int
    ) -> None:
        self.engine, self.lines, self.language = engine, lines, language
        self.progress, self.total, self.done = progress, total, 0
        self.names = list(dict.fromkeys(line.speaker for line in lines if line.speaker))

    def ask(self, shape: type[Answer], messages: Sequence[prompts.Message], citable: Iterable[int]) -> Answer:
        """Only the numbers in `citable` may be cited in the answer."""
        context = {"lines": frozenset(citable), "names": {name.lower(): name for name in self.names}}
        return self.engine.chat.ask(shape, messages, context)

    def read(self, piece: Sequence[NumberedLine]) -> list[int]:
        """The numbers of the lines in a piece that is about to be shown; reports what was read before it."""
        self.progress(self.done, self.total)
        numbers = sorted({line.number for line in piece})
        self.done = min(self.total, self.done + len(numbers))
        return numbers

    def text_or_notes(self, shown: Sequence[NumberedLine]) -> tuple[str, str, list[int]]:
        """What to write a summary from: the tag to put around it, the text, and the numbers that it shows."""
        parts = pieces(shown, self.engine.budget)
        if len(parts) == 1:
            return "meeting", _text(parts[0]), self.read(parts[0])
        notes: list[CitedAnswer] = []
        for part in parts:
            messages = prompts.notes(_text(part), names=self.names, language=self.language)
            notes.extend(self.ask(NotesAnswer, messages, self.read(part)).notes)
        notes = self._fewer(notes)
        return "notes", _notes_text(notes), sorted({number for note in notes for number in note.lines})

    def _fewer(self, notes: list[CitedAnswer]) -> list[CitedAnswer]:
        """Notes merged, neighbours with neighbours, until they fit the window together."""
        groups = packed(notes, self.engine.budget, text=_note_text)
        while len(groups) > 1:
            merged: list[CitedAnswer] = []
            for group in groups:
                messages = prompts.fewer_notes(_notes_text(group), names=self.names, language=self.language)
                citable = {number for note in group for number in note.lines}
                merged.extend(self.ask(NotesAnswer, messages, citable).notes)
                self.progress(self.done, self.total)
            if tokens_of(_notes_text(merged)) > _SHORTER * tokens_of(_notes_text(notes)):
                raise TryAgain(
                    f"The language model {self.engine.model!r} does not shorten its notes on this long meeting. It is "
                    "tried again; if that goes on, choose a model with a larger context window."
                )
            notes = merged
            groups = packed(notes, self.engine.budget, text=_note_text)
        return notes

    def merged_actions(self, found: Sequence[ActionItemsAnswer]) -> ActionItemsAnswer:
        """One list from those of all pieces; merged by the model where they fit its window together."""
        together = ActionItemsAnswer.model_construct(
            decisions=[decision for answer in found for decision in answer.decisions],
            next_steps=[step for answer in found for step in answer.next_steps],
        )
        text = _actions_text(together)
        everything: list[DecisionAnswer | NextStepAnswer] = [*together.decisions, *together.next_steps]
        if len(found) < 2 or len(everything) < 2 or tokens_of(text) > self.engine.budget:
            return together
        messages = prompts.merge_actions(text, names=self.names, language=self.language)
        return self.ask(ActionItemsAnswer, messages, {number for item in everything for number in item.lines})

    def cited(self, sentence: CitedAnswer) -> Cited:
        return Cited(sentence.text, self.seconds(sentence.lines))

    def action_items(self, answer: ActionItemsAnswer) -> ActionItems:
        return ActionItems(
            decisions=[
                Decision(item.decision, item.rationale, item.decided_by, self.seconds(item.lines))
                for item in answer.decisions
            ],
            next_steps=[
                NextStep(item.task, item.assigned_to, item.deadline, item.context, self.seconds(item.lines))
                for item in answer.next_steps
            ],
        )

    def seconds(self, numbers: Sequence[int]) -> list[float]:
        return [self.lines[number - 1].start for number in numbers]


def _text(lines: Sequence[NumberedLine]) -> str:
    return "\n".join(map(str, lines))


def _note_text(note: CitedAnswer) -> str:
    return f"- {harmless(note.text)} {' '.join(f'[{number}]' for number in note.lines)}"


def _notes_text(notes: Sequence[CitedAnswer]) -> str:
    return "\n".join(map(_note_text, notes))


def _actions_text(answer: ActionItemsAnswer) -> str:
    """As JSON on one line each, so that nothing is lost between finding and merging."""
    items = [("decision", item) for item in answer.decisions] + [("next step", item) for item in answer.next_steps]
    return "\n".join(f"{kind}: {harmless(json.dumps(item.model_dump(), ensure_ascii=False))}" for kind, item in items)

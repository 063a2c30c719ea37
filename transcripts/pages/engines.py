"""Which engine made what, in words, and the notice that goes with results of the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TASKS = {
    "transcription": "Words",
    "diarization": "Speakers",
    "topics": "Topics",
    "title": "Title",
    "summary": "Summary",
    "action_items": "Decisions and next steps",
    "translation": "Translation",
}
TITLES = {
    "parakeet": "Parakeet",
    "whisper": "Whisper",
    "pocketsphinx": "PocketSphinx",
    "openai": "OpenAI-compatible service",
    "gpu": "GPU service",
    "builtin": "Built-in speaker recognition",
    "classical": "Built-in speaker recognition",
    "pyannote": "pyannote",
    "extractive": "Built-in extracts",
}


@dataclass(frozen=True, slots=True)
class MadeBy:
    """One engine and all that it made."""

    tasks: str
    engine: str
    model: str
    version: str
    draft: bool


def made_by(engines: Mapping[str, Mapping[str, Any]]) -> list[MadeBy]:
    """A line per engine, in the order of the work; tasks that the same engine did stand together."""
    lines: dict[tuple[Any, ...], list[str]] = {}
    for task, title in TASKS.items():
        if info := engines.get(task):
            key = (info["engine"], info["model"], info["version"], bool(info.get("draft")))
            lines.setdefault(key, []).append(title)
    return [
        MadeBy(_list(tasks), TITLES.get(engine, engine), model, version, draft)
        for (engine, model, version, draft), tasks in lines.items()
    ]


def _list(tasks: Sequence[str]) -> str:
    first, *others = tasks
    return ", ".join([first, *(task.lower() for task in others)])


def draft_notices(engines: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What to know before trusting this transcript; empty when no fallback took part."""
    notices = []
    if _is_draft(engines, "transcription"):
        notices.append(
            "The words were made by the built-in recogniser, which often mishears. "
            "Configure Parakeet, Whisper or a speech service for better results."
        )
    if any(_is_draft(engines, task) for task in ("topics", "title", "summary", "action_items")):
        notices.append(
            "Topics, summary and next steps are sentences picked out of the conversation. "
            "Configure a language model to have them written."
        )
    if _is_draft(engines, "diarization"):
        notices.append("The speakers were told apart by a fallback, which mixes up similar voices.")
    return notices


def _is_draft(engines: Mapping[str, Mapping[str, Any]], task: str) -> bool:
    return bool(engines.get(task, {}).get("draft"))

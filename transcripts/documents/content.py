"""What minutes are made of: plain values that a process of its own can print, without Django and without a database."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """`doubted`: it was not clearly said in the recording."""

    text: str
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the summary; `kind` is "heading", "paragraph" or "item" (of a list)."""

    kind: str
    sentences: list[Sentence]


@dataclass(frozen=True, slots=True)
class Decision:
    text: str
    by: str = ""
    why: str = ""
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    task: str
    who: str = ""
    due: str = ""
    context: str = ""
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    time: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """What was said on one topic; without a title for what belongs to none."""

    title: str
    time: str
    summary: str
    said: list[Said]


@dataclass(frozen=True, slots=True)
class Minutes:
    """All texts are on one line and free of control characters.

    `language` is the ISO 639-1 code of what was said. `created_at` is ISO 8601. `facts` are pairs such as
    ("Length", "1:02:03"); `notices` are sentences that a reader should see first.
    """

    title: str
    language: str
    created_at: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    recap: list[Sentence] = field(default_factory=list)
    summary: list[Block] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    next_steps: list[NextStep] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)

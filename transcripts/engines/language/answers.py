"""The shapes in which a chat model has to answer, and what is checked before an answer is believed.

Every sentence, decision and step cites the numbers of the lines it rests on. A number that was not among the lines
shown makes the whole answer wrong, and the model is told so. Fields that nobody asked for are ignored; keys may be
capitalised, since some models do that.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from transcripts.engines.language.titles import LONGEST_TITLE, clean_title

_MOST_NOTES = 24
_MOST_RECAP_SENTENCES = 6
_MOST_SECTIONS = 6

# Not every server with strict output takes these; what they say is checked here anyway.
_UNSUPPORTED = ("default", "minLength", "maxLength", "minItems", "maxItems")

Answer = TypeVar("Answer", bound=BaseModel)


def _one_line_title(text: str) -> str:
    words = len(text.split())
    if words > LONGEST_TITLE + 2:  # a word or two too many is cut, a sentence is not a title
        raise ValueError(f"the title has {words} words; at most {LONGEST_TITLE} are allowed")
    title = clean_title(text)
    if not title:
        raise ValueError("the title is empty")
    return title


def _shown(numbers: list[int], info: ValidationInfo) -> list[int]:
    shown = (info.context or {}).get("lines", frozenset())
    unknown = [number for number in numbers if number not in shown]
    if unknown:
        raise ValueError(f"no line has the number {unknown[0]}; cite only numbers in square brackets from the text")
    return sorted(set(numbers))


def _nothing_as_null(value: Any) -> Any:
    said = value.strip().lower() if isinstance(value, str) else value
    return None if said in ("", "null", "none", "unknown", "n/a", "unassigned") else value


def _participant(name: str | None, info: ValidationInfo) -> str | None:
    """The participant's name as the transcript writes it; None for anybody else."""
    names: dict[str, str] = (info.context or {}).get("names", {})
    return names.get(name.strip().lower()) if name else None


Text = Annotated[str, Field(min_length=1), AfterValidator(lambda text: " ".join(text.split()))]
Title = Annotated[str, AfterValidator(_one_line_title)]
Lines = Annotated[
    list[int], Field(min_length=1, description="numbers of the lines this rests on"), AfterValidator(_shown)
]
Known = Annotated[str | None, BeforeValidator(_nothing_as_null)]
Person = Annotated[
    str | None, BeforeValidator(_nothing_as_null), AfterValidator(_participant),
    Field(description="a participant's name exactly as listed, or null"),
]  # fmt: skip


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _lower_case_keys(cls, data: Any) -> Any:
        return {str(key).lower(): value for key, value in data.items()} if isinstance(data, dict) else data


class TopicAnswer(_Shape):
    title: Title
    summary: Text


class TitleAnswer(_Shape):
    title: Title


class CitedAnswer(_Shape):
    text: Text
    lines: Lines


class NotesAnswer(_Shape):
    notes: list[CitedAnswer] = Field(max_length=_MOST_NOTES)


class SectionAnswer(_Shape):
    heading: Text
    sentences: list[CitedAnswer] = Field(min_length=1)


class SummaryAnswer(_Shape):
    recap: list[CitedAnswer] = Field(min_length=1, max_length=_MOST_RECAP_SENTENCES)
    sections: list[SectionAnswer] = Field(max_length=_MOST_SECTIONS)


class DecisionAnswer(_Shape):
    decision: Text
    rationale: Known = None
    decided_by: Person = None
    lines: Lines


class NextStepAnswer(_Shape):
    task: Text
    assigned_to: Person = None
    deadline: Known = None
    context: Known = None
    lines: Lines


class ActionItemsAnswer(_Shape):
    decisions: list[DecisionAnswer]
    next_steps: list[NextStepAnswer]


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `shape` as servers with strict structured output want it.

    Every property is required, none may be added, and words that only pydantic needs are left out
    (https://platform.openai.com/docs/guides/structured-outputs, "Supported schemas").
    """
    schema = _strict(shape.model_json_schema())
    assert isinstance(schema, dict)
    return schema


def _strict(part: Any) -> Any:
    if isinstance(part, list):
        return [_strict(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _strict(value) for key, value in part.items() if key not in _UNSUPPORTED}
    if isinstance(kept.get("title"), str) and ("type" in kept or "anyOf" in kept):
        del kept["title"]
    if kept.get("type") == "object":
        kept |= {"required": list(kept.get("properties", {})), "additionalProperties": False}
    return kept

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.transcripts.engines.language.talk import Meeting, ignored, talk
from transcripts.engines.base import ActionItems, Line, Section, Summary, TopicText
from transcripts.engines.language.cohesion import segment
from transcripts.engines.language.extractive import ExtractiveLanguageModel

MEETINGS = ["product-planning", "clinic-support-call", "projektbesprechung"]


@pytest.fixture
def engine() -> ExtractiveLanguageModel:
    return ExtractiveLanguageModel({})


def topics_of(engine: ExtractiveLanguageModel, meeting: Meeting) -> list[TopicText]:
    return [
        engine.topic(meeting.lines, first=first, last=last, language=meeting.language, progress=ignored)
        for first, last in segment(meeting.lines, language=meeting.language)
    ]


def test_it_is_always_there_and_always_a_draft(engine: ExtractiveLanguageModel) -> None:
    assert ExtractiveLanguageModel.unavailable({}) is None
    assert engine.info().draft


def test_titles_of_a_planning_meeting(engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting]) -> None:
    it = meeting("product-planning")
    topics = topics_of(engine, it)
    assert [topic.title for topic in topics] == [
        "Onboarding: billing address and workspace setup",
        "API rate limits: customers and gateway",
        "Hiring: data engineer and remote candidates",
    ]
    title = engine.title(it.lines, topics, language="en", progress=ignored)
    assert title == "Onboarding, API rate limits and hiring"


def test_titles_of_a_german_meeting(engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting]) -> None:
    it = meeting("projektbesprechung")
    title = engine.title(it.lines, topics_of(engine, it), language="de", progress=ignored)
    assert title == "Serverumzug, Bestellformular und Budget"


def test_titles_that_people_gave_are_used(engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting]) -> None:
    it = meeting("product-planning")
    topics = topics_of(engine, it)
    topics[0] = replace(topics[0], title="Sign-up: why people leave")
    title = engine.title(it.lines, topics, language="en", progress=ignored)
    summary = engine.summary(it.lines, topics, language="en", progress=ignored)
    assert title == "Sign-up, API rate limits and hiring"
    assert summary.sections[0].heading == "Sign-up: why people leave"


@pytest.mark.parametrize("name", MEETINGS)
def test_every_sentence_was_said_when_it_says_so(
    engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting], name: str
) -> None:
    """The citation leads to an utterance that holds the sentence's words."""
    it = meeting(name)
    summary = engine.summary(it.lines, [], language=it.language, progress=ignored)
    cited = [*summary.short[1:], *(one for section in summary.sections for one in section.sentences)]
    for sentence in cited:
        (second,) = sentence.seconds
        (line,) = [line for line in it.lines if line.start <= second < line.end]
        said = sentence.text.removeprefix(f"{line.speaker}: ").rstrip(".")
        assert said[1:].rsplit(" ", 1)[-1] in line.text


@pytest.mark.parametrize("name", MEETINGS)
def test_the_recap_names_the_topics_and_adds_a_few_sentences(
    engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting], name: str
) -> None:
    it = meeting(name)
    summary = engine.summary(it.lines, topics_of(engine, it), language=it.language, progress=ignored)
    assert 2 <= len(summary.short) <= 4
    assert len(summary.short[0].seconds) == len(it.firsts)
    starts = [sentence.seconds[0] for sentence in summary.short[1:]]
    assert starts == sorted(starts)
    assert not any(sentence.text.endswith("?") for sentence in summary.short)


def test_what_a_demanding_reader_wants_from_the_planning_meeting(
    engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting]
) -> None:
    it = meeting("product-planning")
    items = engine.action_items(it.lines, language="en", progress=ignored)
    steps = {(step.assigned_to, step.task, step.deadline) for step in items.next_steps}
    assert steps >= {
        ("Carla", "Send the new mockups for the setup screen to Ben", "by Friday"),
        ("Dev", "Pull the request logs for the ten biggest customers", "before Thursday"),
        ("Ben", "Change the job ad and post it again", "by Wednesday"),
        ("Anna", "Write the announcement for the customers", None),
    }
    assert len(steps) <= 7
    decisions = [(one.decision, one.rationale) for one in items.decisions]
    assert decisions[0] == (
        "We decided to remove the billing address from the workspace setup.",
        "It costs us almost half of the new users",
    )
    assert len(decisions) == 5


def test_a_long_meeting_has_at_most_six_sections(
    engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting]
) -> None:
    everything: list[Line] = []
    for name in ["product-planning", "clinic-support-call"] * 3:
        offset = everything[-1].end + 1 if everything else 0.0
        lines = meeting(name).lines
        everything += [replace(line, start=line.start + offset, end=line.end + offset) for line in lines]
    summary = engine.summary(everything, [], language="en", progress=ignored)
    assert len(summary.sections) == 6
    assert all(2 <= len(section.sentences) <= 5 for section in summary.sections)


def test_a_draft_without_capitals_and_stops_still_gives_something(
    engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting]
) -> None:
    it = meeting("product-planning")
    draft = [
        replace(line, speaker=f"Speaker {ord(line.speaker[0]) - 65}", text=_unpunctuated(line.text))
        for line in it.lines
    ]
    title = engine.title(draft, [], language="en", progress=ignored)
    summary = engine.summary(draft, [], language="en", progress=ignored)
    items = engine.action_items(draft, language="en", progress=ignored)
    assert "rate limits" in title.lower()
    assert summary.sections
    assert all(sentence.text[0].isupper() for section in summary.sections for sentence in section.sentences)
    assert any(step.deadline == "by Friday" for step in items.next_steps)
    assert items.decisions


def _unpunctuated(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum() or character in " '")


def test_a_language_without_a_table(engine: ExtractiveLanguageModel) -> None:
    lines = talk(
        "Aino: Palvelin on täynnä ja palvelin pitää vaihtaa ennen kesää.\n"
        "Veli: Uusi palvelin maksaa neljä tuhatta euroa ja vanha palvelin on hidas."
    )
    topic = engine.topic(lines, first=0, last=1, language="fi", progress=ignored)
    assert "palvelin" in topic.title.lower()
    assert topic.summary
    assert engine.action_items(lines, language="fi", progress=ignored) == ActionItems([], [])


def test_japanese_gives_something_and_no_error(engine: ExtractiveLanguageModel) -> None:
    lines = [
        Line("田中", 0.0, 5.0, "来年の予算会議について話しましょう。予算は三千万円です。"),
        Line("佐藤", 6.0, 9.0, "予算会議は来週の月曜日に行います。"),
    ]
    assert engine.title(lines, [], language="ja", progress=ignored)
    assert engine.summary(lines, [], language="ja", progress=ignored).sections


@pytest.mark.parametrize("lines", [[], [Line("Anna", 0.0, 1.0, "")], talk("Anna: Um.\nBen: Okay. Bye.")])
def test_nothing_said_gives_nothing(engine: ExtractiveLanguageModel, lines: list[Line]) -> None:
    last = len(lines) - 1
    assert engine.topic(lines, first=0, last=last, language="en", progress=ignored) == TopicText("", "")
    assert engine.title(lines, [], language="en", progress=ignored) == ""
    assert engine.summary(lines, [], language="en", progress=ignored) == Summary([], [])
    assert engine.action_items(lines, language="en", progress=ignored) == ActionItems([], [])


def test_the_same_meeting_gives_the_same_result(meeting: Callable[[str], Meeting]) -> None:
    it = meeting("clinic-support-call")

    def sections() -> list[Section]:
        return ExtractiveLanguageModel({}).summary(it.lines, [], language="en", progress=ignored).sections

    assert sections() == sections()


def test_progress_ends_at_the_whole(engine: ExtractiveLanguageModel, meeting: Callable[[str], Meeting]) -> None:
    it = meeting("clinic-support-call")
    told: list[tuple[float, float]] = []
    engine.summary(it.lines, [], language="en", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(it.lines), len(it.lines))

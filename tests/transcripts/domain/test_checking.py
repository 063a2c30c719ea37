"""What is kept of summaries and items, what is marked, and what goes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transcripts.domain.meetings import MEETINGS, lines_of, meeting, meeting_of
from transcripts.domain.checking import Check
from transcripts.domain.heard import Heard, Meeting
from transcripts.engines.base import ActionItems, Cited, Decision, Line, NextStep, Section, Summary, TopicText
from transcripts.engines.language.cohesion import segment
from transcripts.engines.language.extractive import ExtractiveLanguageModel

RIGHT = "The setup screen shall lose the billing address."
WRONG = "The catering for the summer party was ordered from a bakery."


@pytest.fixture
def check() -> Check:
    return Check(meeting("product-planning"))


def ignored(done: float, total: float) -> None:
    """Progress that nobody looks at."""


@pytest.mark.parametrize("name", MEETINGS)
@pytest.mark.parametrize("anonymous", [False, True])
def test_all_that_the_built_in_engine_says_was_said(name: str, anonymous: bool) -> None:
    """Its sentences are picked out, tidied, attributed ("Speaker 2: …") and, in German, put into the infinitive."""
    lines, language = lines_of(name)
    about = meeting_of(lines, language)
    if anonymous:
        numbers = {name: f"Speaker {number}" for number, (_, name) in about.names.items()}
        lines = [Line(numbers[line.speaker], line.start, line.end, line.text) for line in lines]
        about = Meeting(about.heard, language, {number: (label,) for number, (label, _) in about.names.items()})
    engine, check = ExtractiveLanguageModel({}), Check(about)
    spans = segment(lines, language=language)
    topics = [engine.topic(lines, first=a, last=b, language=language, progress=ignored) for a, b in spans]
    title = engine.title(lines, topics, language=language, progress=ignored)
    assert check.title(title, topics, [1.0] * len(topics)) == title
    assert [check.topic(topic) for topic in topics] == topics
    check.summary(engine.summary(lines, topics, language=language, progress=ignored))
    check.action_items(engine.action_items(lines, language=language, progress=ignored))
    assert (check.tally.grounded, check.tally.left_out) == (check.tally.sentences, [])
    assert check.tally.sentences >= 20


def test_a_summary_loses_what_was_not_said_and_keeps_its_shape(check: Check) -> None:
    summary = Summary(
        short=[Cited("Forty-two percent of new users drop out at the workspace setup.", [21.9]), Cited(WRONG, [14.5])],
        sections=[
            Section("Catering", [Cited(WRONG, [])]),
            Section("Search", [Cited("The search is going well.", [328.7])]),
        ],
    )
    found = check.summary(summary)
    assert [one["text"] for one in found["short"]] == [summary.short[0].text]
    assert found["short"][0] == {
        "text": summary.short[0].text, "seconds": [21.9], "grounding": "grounded", "reason": ""
    }  # fmt: skip
    (section,) = found["sections"]
    assert section["heading"] == "Search"
    assert section["sentences"][0]["grounding"] == "weak"
    assert "without" not in section["sentences"][0]["reason"]
    assert (check.tally.grounded, check.tally.weak, check.tally.dropped) == (1, 1, 2)
    assert check.tally.left_out[0]["what"] == "summary"
    assert check.tally.left_out[0]["text"] == WRONG
    assert check.tally.left_out[0]["reason"]


def step(**fields: Any) -> NextStep:
    return NextStep(**({"task": "Send the new mockups for the setup screen to Ben", "seconds": [112.7]} | fields))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"assigned_to": "Carla"}, {"assigned_to": "Carla", "grounding": "grounded"}),
        ({"assigned_to": "Dev"}, {"assigned_to": "Dev", "grounding": "weak"}),
        ({"assigned_to": "Ben"}, {"assigned_to": "Ben", "grounding": "grounded"}),
        ({"assigned_to": "Petra"}, {"assigned_to": None, "grounding": "grounded"}),
        ({"deadline": "Friday"}, {"deadline": "Friday"}),
        ({"deadline": "by Friday"}, {"deadline": "by Friday"}),
        ({"deadline": "by the end of next week"}, {"deadline": "by the end of next week"}),  # in the next utterance
        ({"deadline": "Monday"}, {"deadline": None}),
        ({"deadline": "2024-05-17"}, {"deadline": None}),
        ({"context": RIGHT}, {"context": RIGHT}),
        ({"context": WRONG}, {"context": None}),
    ],
)  # fmt: skip
def test_who_when_and_why_must_be_said(check: Check, given: dict[str, Any], kept: dict[str, Any]) -> None:
    (found,) = check.action_items(ActionItems([], [step(**given)]))["next_steps"]
    assert {name: found[name] for name in kept} == kept
    assert check.tally.fields == list(kept.values()).count(None)


def test_items_that_nobody_spoke_of_go(check: Check) -> None:
    decided = Decision("Remove the billing address from the workspace setup", "It costs us new users.", "Anna", [103.0])
    found = check.action_items(ActionItems([decided, Decision(WRONG)], [NextStep(WRONG, "Ben", "Friday")]))
    assert found == {
        "decisions": [
            {
                "decision": decided.decision,
                "rationale": decided.rationale,
                "decided_by": "Anna",
                "seconds": [103.0],
                "grounding": "grounded",
                "reason": "",
            }
        ],
        "next_steps": [],
    }
    assert [one["what"] for one in check.tally.left_out] == ["decision", "next step"]


def test_an_item_without_moments_gets_them(check: Check) -> None:
    (found,) = check.action_items(ActionItems([], [step(seconds=[])]))["next_steps"]
    assert 112.7 in found["seconds"]
    assert check.tally.mended == 1


def test_a_topic_keeps_the_sentences_that_hold(check: Check) -> None:
    said = "The export endpoint has no rate limits."
    assert check.topic(TopicText("Limits", f"{said} {WRONG}")) == TopicText("Limits", said)
    assert check.topic(TopicText("Limits", WRONG)) == TopicText("Limits", "")
    assert check.topic(TopicText("", "")) == TopicText("", "")


def test_an_invented_title_gives_way_to_the_longest_topic(check: Check) -> None:
    topics = [
        TopicText("Rate limits", ""),
        TopicText("Billing address in the setup", ""),
        TopicText("Autumn party", ""),
    ]
    assert check.title("Summer catering festivities", topics, [1.0, 5.0, 9.0]) == "Billing address in the setup"
    assert check.title("Rate limits and hiring", topics, [1.0, 5.0, 9.0]) == "Rate limits and hiring"
    assert check.tally.dropped == 1


def test_a_title_that_nothing_can_replace_stays(check: Check) -> None:
    assert (
        check.title("Summer catering festivities", [TopicText("Autumn party", "")], [1.0])
        == "Summer catering festivities"
    )
    assert (check.tally.weak, check.tally.dropped) == (1, 0)
    assert check.title("", [], []) == ""


def test_what_is_written_in_another_language_is_marked_and_not_dropped() -> None:
    check = Check(meeting("projektbesprechung"))
    sentences = [
        "The move to the new data centre is about seventy percent done, and the web servers are already running there.",
        "The team decided that the database will be moved by replication because the shop must not be down for long.",
    ]
    found = check.summary(Summary([Cited(text, [14.7]) for text in sentences], []))
    assert [one["grounding"] for one in found["short"]] == ["weak", "weak"]
    assert "another language" in found["short"][0]["reason"]


def test_where_nothing_was_said_everything_goes() -> None:
    check = Check(Meeting([], "en"))
    found = check.summary(Summary([Cited("The budget is fine.", [1.0])], [Section("A", [Cited("So it is said.", [])])]))
    assert found == {"short": [], "sections": []}
    assert check.action_items(ActionItems([], [])) == {"decisions": [], "next_steps": []}


def test_somebody_who_only_was_named_can_do_something() -> None:
    about = Meeting([Heard(0, 0, 5, "Miriam will book the room for the workshop")], "en", {0: ("Speaker 0",)})
    found = Check(about).action_items(
        ActionItems([], [NextStep("Book the room for the workshop", "Miriam", None, None, [0.0])])
    )
    assert found["next_steps"][0]["assigned_to"] == "Miriam"

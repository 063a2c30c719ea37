from __future__ import annotations

import pytest

from tests.transcripts.engines.language.talk import talk
from transcripts.engines.base import Line
from transcripts.engines.language.spoken import attributed, is_punctuated, sentences, tidy
from transcripts.engines.language.tables import table_for


@pytest.mark.parametrize(
    ("said", "tidied"),
    [
        ("Yeah, so, um, we we should, you know, ask them", "We should ask them."),
        ("Right, so we should we should do it.", "We should do it."),
        ("It will be, um, very late", "It will be very late."),
        ("Well done, everybody.", "Well done, everybody."),
        ("And then the API key expires", "The API key expires."),
        ("No, the letter is fine.", "No, the letter is fine."),
        ("Hi, um, yes, I'm calling about the iPhone.", "I'm calling about the iPhone."),
        ("i'll call anna on monday", "I'll call anna on Monday."),
        ("Um, uh.", ""),
        ("", ""),
        ("...", ""),
    ],
)
def test_tidy_english(said: str, tidied: str) -> None:
    assert tidy(said, table_for("en")) == tidied


@pytest.mark.parametrize(
    ("language", "said", "tidied"),
    [
        ("de", "Also, ähm, die Datenbank ist, äh, zu groß", "Die Datenbank ist zu groß."),
        ("fr", "Alors, euh, la page est prête", "La page est prête."),
        ("es", "Pues, eh, los carteles llegan tarde.", "Los carteles llegan tarde."),
        ("xx", "sana sana toinen", "Sana toinen."),
    ],
)
def test_tidy_other_languages(language: str, said: str, tidied: str) -> None:
    assert tidy(said, table_for(language)) == tidied


def test_sentences_end_at_stops_and_not_at_abbreviations() -> None:
    said = sentences(talk("Anna: We met Dr. Okafor on Monday. He paid 3.50 for it. Was it late?"), table_for("en"))
    assert [one.text for one in said] == ["We met Dr. Okafor on Monday.", "He paid 3.50 for it.", "Was it late?"]
    assert [one.question for one in said] == [False, False, True]


def test_a_sentence_goes_on_in_the_speakers_next_utterance() -> None:
    lines = [
        Line("Anna", 0.0, 2.0, "We decided that the shop"),
        Line("Anna", 2.5, 4.0, "closes in May. It opens in June."),
        Line("Ben", 5.0, 6.0, "Fine."),
    ]
    said = sentences(lines, table_for("en"))
    assert [(one.text, one.line) for one in said] == [
        ("We decided that the shop closes in May.", 0),
        ("It opens in June.", 0),
        ("Fine.", 2),
    ]


def test_times_lie_inside_the_utterance_and_rise() -> None:
    lines = [Line("Anna", 10.0, 20.0, "The first sentence is here. The second one follows. The third one ends it.")]
    starts = [one.start for one in sentences(lines, table_for("en"))]
    assert starts[0] == 10.0
    assert starts == sorted(starts)
    assert 15.0 < starts[2] < 20.0


def test_without_punctuation_an_utterance_is_a_sentence_and_a_long_one_is_cut() -> None:
    lines = talk(
        "Speaker 0: we lost the server on monday\n"
        "Speaker 1: the root cause was a full disk and nobody saw the warning because the mail went to an old address"
    )
    assert not is_punctuated(lines)
    assert [one.text for one in sentences(lines, table_for("en"))] == [
        "We lost the server on Monday.",
        "The root cause was a full disk.",
        "Nobody saw the warning because the mail went to an old address.",
    ]


def test_only_a_sentence_that_says_i_needs_its_speaker() -> None:
    mine, ours = sentences(talk("Anna: I like the blue one. We take the green one."), table_for("en"))
    assert attributed(mine, table_for("en")) == "Anna: I like the blue one."
    assert attributed(ours, table_for("en")) == "We take the green one."

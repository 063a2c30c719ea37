"""How often the check is right, on claims written by hand; and what it says of single ones.

The thresholds were tuned on the claims about the three meetings; those about the two "unseen" ones were written
afterwards, and only a way of saying numbers was mended because of them. The limits below are what it reaches now,
with little to spare: a change that makes it worse has to say so here.
"""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.transcripts.domain.meetings import INVENTED, MEETINGS, UNSEEN, claimed, lines_of, meeting
from transcripts.domain.doubts import Level
from transcripts.domain.grounding import Verdict, ground, ground_heading
from transcripts.domain.heard import Heard, Meeting, trusted_text


def verdicts(names: tuple[str, ...], *, cited: bool) -> list[tuple[str, Verdict]]:
    """Every claim's kind with its verdict; without `cited`, the seconds are kept from the check."""
    found = []
    for name in names:
        about, claims = claimed(name)
        found += [(one.kind, ground(one.text, one.seconds if cited else [], about)) for one in claims]
    return found


def share(found: list[tuple[str, Verdict]], kinds: tuple[str, ...], levels: tuple[Level, ...]) -> float:
    levels_of = [verdict.level for kind, verdict in found if kind in kinds]
    return sum(level in levels for level in levels_of) / len(levels_of)


KEPT, MARKED_OR_DROPPED = (Level.WEAK, Level.GROUNDED), (Level.WEAK, Level.UNGROUNDED)


@pytest.mark.parametrize("cited", [True, False])
def test_what_is_true_is_kept_and_what_is_invented_goes(cited: bool) -> None:
    found = verdicts(MEETINGS, cited=cited)
    assert share(found, ("paraphrase",), KEPT) == 1.0
    assert share(found, ("paraphrase",), (Level.GROUNDED,)) >= 0.88
    assert share(found, INVENTED, (Level.UNGROUNDED,)) >= 0.88
    assert share(found, INVENTED, MARKED_OR_DROPPED) >= 0.97
    assert share(found, ("negation",), MARKED_OR_DROPPED) >= 0.7
    dropped = Counter(kind for kind, verdict in found if verdict.level == Level.UNGROUNDED)
    assert dropped["paraphrase"] == 0  # precision of dropping: nothing true is lost


@pytest.mark.parametrize("cited", [True, False])
def test_it_holds_for_meetings_that_it_was_not_tuned_on(cited: bool) -> None:
    found = verdicts(UNSEEN, cited=cited)
    assert share(found, ("paraphrase",), KEPT) == 1.0
    assert share(found, ("paraphrase",), (Level.GROUNDED,)) >= 0.77
    assert share(found, INVENTED, (Level.UNGROUNDED,)) >= 0.83
    assert share(found, INVENTED, MARKED_OR_DROPPED) >= 0.94
    assert share(found, ("negation",), MARKED_OR_DROPPED) >= 0.8


# --- single claims


def test_what_was_said_word_for_word_is_grounded() -> None:
    about = meeting("product-planning")
    for one in about.heard:
        assert ground(one.text, [one.start], about).level == Level.GROUNDED


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("Carla found that 42 % of new users leave at the workspace setup screen.", Level.GROUNDED, ""),
        ("Carla found that 24 % of new users leave at the workspace setup screen.", Level.UNGROUNDED, "number"),
        ("Carla looked at the analytics of the last six weeks in Canada.", Level.UNGROUNDED, "name"),
        ("Carla went through the analytics for the last six weeks on Sunday.", Level.UNGROUNDED, "date"),
        ("Carla did not go through the analytics for the last six weeks.", Level.WEAK, "negation"),
        ("Dev went through the analytics for the last six weeks.", Level.UNGROUNDED, "person"),
        ("The mobile application crashed during a demonstration for investors.", Level.UNGROUNDED, "words"),
        ("…", Level.UNGROUNDED, "words"),
    ],
)
def test_why_a_claim_does_not_hold(text: str, level: Level, code: str) -> None:
    about = meeting("product-planning")
    verdict = ground(text, [about.heard[3].start], about)
    assert verdict.level == level
    assert not code or code in {reason.code for reason in verdict.reasons}


def test_a_wrong_citation_is_mended() -> None:
    about = meeting("product-planning")
    text = "The gateway takes about a week of work and a small Redis instance for forty dollars a month."
    verdict = ground(text, [about.heard[40].start], about)
    assert verdict.level == Level.GROUNDED
    assert about.heard[23].start in verdict.seconds


def test_a_citation_that_points_nowhere_goes() -> None:
    about = meeting("product-planning")
    verdict = ground("The rate limiter in the gateway only knows about IP addresses.", [157.3, 99_999.0], about)
    assert (verdict.level, verdict.seconds) == (Level.GROUNDED, (157.3,))


@pytest.mark.parametrize("second", [155.0, 157.3, 160.0, 176.5])
def test_a_citation_may_be_a_little_off(second: float) -> None:
    about = meeting("product-planning")
    verdict = ground("The rate limiter in the gateway only knows about IP addresses.", [second], about)
    assert (verdict.level, verdict.seconds) == (Level.GROUNDED, (second,))


def test_words_that_nobody_trusts_are_no_evidence() -> None:
    words = [{"text": f" {word}", "suspect": "silence"} for word in ("thanks", "for", "watching", "the", "video")]
    kept = trusted_text([{"text": " Hello"}, *words], "Hello thanks for watching the video")
    assert kept == "Hello"
    assert ground("Thanks for watching the video.", [0.0], Meeting([Heard(0, 0, 3, kept)], "en")).level == 0


def test_a_name_that_the_recogniser_spelled_otherwise_is_the_same() -> None:
    about = Meeting([Heard(0, 0, 5, "i spoke with mirjam about git hub and the new release")], "en")
    assert ground("Somebody spoke with Miriam about GitHub and the release.", [0.0], about).level == Level.GROUNDED


def test_speaker_numbers_are_people_and_not_numbers() -> None:
    about = Meeting([Heard(0, 0, 5, "I will send the report"), Heard(7, 5, 9, "thank you")], "en", {7: ("Speaker 7",)})
    verdict = ground("Speaker 7 will send the report.", [0.0], about)
    assert [reason.code for reason in verdict.reasons] == ["person"]


@pytest.mark.parametrize("text", ["Der Server zieht um.", "Nothing at all was said about that matter."])
def test_where_nothing_was_said_nothing_holds(text: str) -> None:
    assert ground(text, [1.0], Meeting([], "de")).level == Level.UNGROUNDED


@pytest.mark.parametrize(
    ("language", "said", "told", "invented"),
    [
        ("nl", "We hebben besloten om de server op vrijdag te verhuizen naar het nieuwe datacenter.",
         "De server verhuist vrijdag naar het nieuwe datacenter.", "De server verhuist maandag naar het datacenter."),
        ("es", "El equipo va a lanzar la aplicación móvil el quince de mayo con un presupuesto de diez mil euros.",
         "La aplicación móvil se lanza el 15 de mayo.", "El presupuesto para la aplicación es de 20.000 euros."),
        ("it", "Marta prepara il contratto con il fornitore entro giovedì e lo manda al cliente.",
         "Marta manda il contratto al cliente entro giovedì.", "Marta prepara il contratto entro lunedì."),
        ("pt", "A Rita vai enviar o relatório de vendas ao cliente até quarta-feira, são quarenta páginas.",
         "A Rita envia ao cliente o relatório de vendas de 40 páginas.", "O relatório de vendas tem 60 páginas."),
        ("ja", "次の会議は金曜日に東京で開きます。", "会議は金曜日に東京で開きます。", "予算は大阪の工事に使われる。"),
    ],
)  # fmt: skip
def test_other_languages(language: str, said: str, told: str, invented: str) -> None:
    about = Meeting([Heard(0, 0, 9, said)], language)
    assert ground(told, [0.0], about).level == Level.GROUNDED
    assert ground(invented, [0.0], about).level == Level.UNGROUNDED


def test_a_heading_may_be_said_anywhere() -> None:
    about = meeting("product-planning")
    assert ground_heading("Onboarding, API rate limits and hiring", about).level == Level.GROUNDED
    assert ground_heading("Autumn marketing campaign", about).level == Level.UNGROUNDED
    assert ground_heading("Onboarding and 77 complaints", about).level == Level.UNGROUNDED


def test_three_hours_are_checked_in_a_second_or_two() -> None:
    """30 000 words and 60 claims, of which a third cites nothing: a third of a second on a desktop of 2020."""
    lines, language = lines_of("product-planning")
    heard: list[Heard] = []
    while sum(len(one.text.split()) for one in heard) < 30_000:
        for line in lines:
            start, filler = len(heard) * 7.0, " ".join(f"word{len(heard)}x{n}" for n in range(8))
            heard.append(Heard(0, start, start + 6, f"{line.text} {filler}"))
    claims = [one for name in MEETINGS for one in claimed(name)[1]][:60]
    began = time.process_time()
    about = Meeting(heard, language, {0: ("Speaker 0", "Anna")})
    for place, one in enumerate(claims):
        ground(one.text, one.seconds if place % 3 else [], about)
    assert time.process_time() - began < 5


def test_the_fixtures_say_what_they_claim() -> None:
    for name in (*MEETINGS, *UNSEEN):
        about, claims = claimed(name)
        assert {one.kind for one in claims} == {"paraphrase", "negation", *INVENTED}, name
        assert all(second in about.starts for one in claims for second in one.seconds)

"""Decisions by the phrases that announce them, and proposals that somebody else agreed to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transcripts.engines.base import Decision
from transcripts.engines.language.spoken import Sentence, matches, quotes_speaker, tidy
from transcripts.engines.language.tables import LanguageTable
from transcripts.engines.language.words import Lexicon

_ANSWER_WITHIN = 3  # sentences after a proposal in which it can be agreed to
_SAME_DECISION = 0.5  # share of common words from which two sentences say the same
_FEWEST_CONTENT = 2


def find_decisions(said: Sequence[Sentence], lexicon: Lexicon) -> list[Decision]:
    """In the order of speaking; what is said again in other words is kept once, with all its seconds."""
    table = lexicon.table
    found: list[Decision] = []
    for place, sentence in enumerate(said):
        what = _decided(sentence, table)
        seconds = [sentence.start]
        if what is None and (answer := _agreed(said, place, table)):
            what = _group((*table.calls, *table.proposals), sentence, "what")
            seconds.append(answer.start)
        if what and len(set(lexicon.content(what))) >= _FEWEST_CONTENT:
            _keep(_decision(what, sentence, seconds, table), found, lexicon)
    return found


def _decided(sentence: Sentence, table: LanguageTable) -> str | None:
    if sentence.question or matches(table.not_decisions, sentence.raw):
        return None
    return _group(table.decisions, sentence, "what")


def _agreed(said: Sequence[Sentence], place: int, table: LanguageTable) -> Sentence | None:
    """The sentence in which somebody else agrees to said[place], if that is a proposal."""
    proposal = said[place]
    if matches(table.not_decisions, proposal.raw):
        return None
    if _group(table.calls, proposal, "what") is not None:
        answers = [table.settled, table.agreement]
    elif _group(table.proposals, proposal, "what") is not None:
        answers = [table.settled]  # "yes" alone says that somebody listens
    else:
        return None
    for answer in said[place + 1 : place + 1 + _ANSWER_WITHIN]:
        if answer.speaker != proposal.speaker and any(matches(accepting, answer.raw) for accepting in answers):
            return answer
    return None


def _group(patterns: Sequence[str], sentence: Sentence, name: str) -> str | None:
    """What the first fitting pattern finds, in the tidied sentence or in what was said before tidying."""
    for text in (sentence.text, sentence.raw):
        for pattern in patterns:
            found = re.search(pattern, text, re.IGNORECASE)
            if found:
                return found[name]
    return None


def _decision(what: str, sentence: Sentence, seconds: list[float], table: LanguageTable) -> Decision:
    text, why = _reasoned(what, table)
    by = sentence.speaker if sentence.speaker and quotes_speaker(text, table) else None
    return Decision(decision=tidy(text.rstrip("?"), table), rationale=why, decided_by=by, seconds=seconds)


def _reasoned(what: str, table: LanguageTable) -> tuple[str, str | None]:
    """The decision and the reason that was given in the same sentence."""
    found = re.search(table.because, what, re.IGNORECASE) if table.because else None
    if found is None or not found.start():
        return what, None
    why = found["why"].strip(" .!?")
    return what[: found.start()], why[:1].upper() + why[1:]


def _keep(decision: Decision, found: list[Decision], lexicon: Lexicon) -> None:
    words = set(lexicon.content(decision.decision))
    for place, earlier in enumerate(found):
        known = set(lexicon.content(earlier.decision))
        if len(words & known) >= _SAME_DECISION * len(words | known):
            fuller = max(earlier, decision, key=lambda one: (one.rationale is not None, len(one.decision)))
            found[place] = Decision(
                fuller.decision, fuller.rationale, fuller.decided_by, [*earlier.seconds, *decision.seconds]
            )
            return
    found.append(decision)

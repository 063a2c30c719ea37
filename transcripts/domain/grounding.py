"""Whether a claim about a meeting rests on what was said: grounded, weak or ungrounded, with the reasons.

A claim is compared with the utterances that it cites, or where they do not bear it out, with the best place anywhere.
Its content words have to come up there, enough of them; every number, date and name must; and what it denies must
not be stated there, nor the other way round. Nothing here understands language: a paraphrase passes by the words that
it has to keep, and an invention is caught by a word that it cannot have. The thresholds are tuned on the sentences in
`tests/fixtures/grounding`, and `tests/transcripts/domain/test_grounding.py` says how often they are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from transcripts.domain import doubts as doubted
from transcripts.domain.claims import Claim, claim_of
from transcripts.domain.doubts import Doubt, Level, Reason, overlap_of
from transcripts.domain.heard import Meeting

#: Share of the weight of a claim's content words that its evidence must have: to be grounded, and not to be dropped.
GROUNDED, WEAK = 0.5, 0.25
#: The same for evidence that the claim did not cite: of all places in a meeting, one often fits by chance.
FOUND_GROUNDED, FOUND_WEAK = 0.5, 0.33
_REACH = 1  # neighbours of a cited utterance that count as evidence: answers, and the end of a sentence
_WIDER = 2  # neighbours in which a name may be said
_WINDOW = 3  # utterances that can bear out a claim together where nothing is cited
_CANDIDATES = 4  # windows that are judged
_ABOUT_AS_WELL = 0.15  # by so much less a window may share and still count


@dataclass(frozen=True, slots=True)
class Verdict:
    level: Level
    reasons: tuple[Reason, ...] = ()
    seconds: tuple[float, ...] = ()  # the citations, mended where better evidence was found
    overlap: float = 0.0  # with the evidence and what stands next to it
    own: float = 0.0  # with the evidence alone

    @property
    def contradicted(self) -> bool:
        """Whether the right place says something else, so that another place would not mend it."""
        return self.overlap >= GROUNDED and any(reason.code in ("negation", "person") for reason in self.reasons)

    @property
    def reason(self) -> str:
        return " ".join(reason.sentence for reason in self.reasons)


def ground(text: str, seconds: Sequence[float], meeting: Meeting) -> Verdict:
    """Judge one sentence that cites `seconds`, which may be empty or wrong."""
    claim = claim_of(text, meeting)
    if not claim.weights and not claim.facts.words and not claim.people:
        return Verdict(Level.UNGROUNDED, (Reason("words", "It says nothing."),), tuple(seconds))
    places = meeting.cited(seconds)
    cited = _judge(claim, places, meeting, GROUNDED, WEAK) if places else None
    if cited is not None and (cited.level == Level.GROUNDED or cited.contradicted):
        return replace(cited, seconds=tuple(second for second in seconds if meeting.cited([second])))
    found = _best(claim, meeting)
    if found is not None and (cited is None or found.level > cited.level):
        return found
    if cited is not None:
        return replace(cited, seconds=tuple(seconds))
    return found or Verdict(Level.UNGROUNDED, (_NOT_SAID,), tuple(seconds))


def ground_heading(text: str, meeting: Meeting) -> Verdict:
    """Judge a title or a list of subjects: its words may be said anywhere."""
    claim = claim_of(text, meeting)
    evidence = meeting.everything
    overlap = overlap_of(claim, evidence, meeting)
    doubts = [
        *doubted.numbers(claim, evidence, evidence),
        *doubted.dates(claim, evidence),
        *doubted.names(claim, evidence),
    ]
    level = _by_overlap(overlap, GROUNDED, WEAK)
    if level < Level.GROUNDED:
        doubts = [(level, _NOT_SAID if level == Level.UNGROUNDED else _FEW_WORDS), *doubts]
    return _verdict(level, doubts, overlap)


_NOT_SAID = Reason("words", "Nothing like it was found in what was said.")
_FEW_WORDS = Reason("words", "Only part of it was found in what was said.")


def _judge(claim: Claim, places: Sequence[int], meeting: Meeting, enough: float, some: float) -> Verdict:
    evidence = meeting.said_at(meeting.around(places, _REACH))
    core = meeting.said_at(places)
    overlap = overlap_of(claim, evidence, meeting)
    level = _by_overlap(overlap, enough, some)
    doubts: list[Doubt] = []
    if level < Level.GROUNDED:
        doubts.append((level, _NOT_SAID if level == Level.UNGROUNDED else _FEW_WORDS))
    doubts += doubted.numbers(claim, core, evidence)
    doubts += doubted.dates(claim, evidence)
    doubts += doubted.names(claim, meeting.said_at(meeting.around(places, _WIDER)))
    doubts += doubted.people(claim, places, meeting)
    doubts += doubted.negation(claim, core)
    return replace(_verdict(level, doubts, overlap), own=overlap_of(claim, core, meeting))


def _verdict(level: Level, doubts: Sequence[Doubt], overlap: float) -> Verdict:
    return Verdict(
        level=min([level, *(limit for limit, _ in doubts)]),
        reasons=tuple(dict.fromkeys(reason for _, reason in doubts)),
        overlap=overlap,
    )


def _by_overlap(overlap: float, enough: float, some: float) -> Level:
    return Level.GROUNDED if overlap >= enough else Level.WEAK if overlap >= some else Level.UNGROUNDED


def _best(claim: Claim, meeting: Meeting) -> Verdict | None:
    """The best judgement of the windows of neighbouring utterances that share most words with the claim.

    A denial is looked for in all that fit about as well: it must not be missed because a place nearby says less.
    """
    found = [
        replace(
            _judge(claim, places, meeting, FOUND_GROUNDED, FOUND_WEAK),
            seconds=tuple(meeting.heard[place].start for place in places),
        )
        for places in _windows(claim, meeting)
    ]
    if not found:
        return None
    most = max(verdict.own for verdict in found)
    fitting = [verdict for verdict in found if verdict.own >= most - _ABOUT_AS_WELL]
    best = max(fitting, key=lambda verdict: (verdict.level, verdict.own))
    denied = [verdict for verdict in fitting if verdict.own >= best.own and verdict.contradicted]
    return denied[0] if denied and best.level == Level.GROUNDED else best


def _windows(claim: Claim, meeting: Meeting) -> list[list[int]]:
    """Up to `_CANDIDATES` windows, of the utterances in them that say something of the claim, the best first."""
    said: dict[int, set[str]] = {}
    for claimed in claim.weights:
        for place in meeting.places(claimed):
            said.setdefault(place, set()).add(claimed)
    scored = []
    for first in said:
        places = [place for place in range(first, first + _WINDOW) if place in said]
        together = set().union(*(said[place] for place in places))
        scored.append((-sum(claim.weights[one] for one in together), len(places), first, places))
    scored.sort()
    return [places for _, _, _, places in scored[:_CANDIDATES]]

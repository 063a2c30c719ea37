"""Whether a claim about a meeting rests on what was said: grounded, weak or ungrounded, with the reasons.

A claim is compared with the utterances that it cites, or where they do not bear it out, with the best place anywhere.
Its content words have to come up there, enough of them; every number, date and name must; and what it denies must
not be stated there, nor the other way round. Nothing here understands language: a paraphrase passes by the words that
it has to keep, and an invention is caught by a word that it cannot have. The thresholds are tuned on the sentences in
`tests/fixtures/grounding`, and `tests/transcripts/domain/test_grounding.py` says how often they are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from transcripts.domain.claims import Claim, claim_of, said_name
from transcripts.domain.facts import folded
from transcripts.domain.heard import Facts, Meeting, root

#: Share of the weight of a claim's content words that its evidence must have: to be grounded, and not to be dropped.
GROUNDED, WEAK = 0.5, 0.25
#: The same for evidence that the claim did not cite: of all places in a meeting, one often fits by chance.
FOUND_GROUNDED, FOUND_WEAK = 0.5, 0.33
_REACH = 1  # neighbours of a cited utterance that count as evidence: answers, and the end of a sentence
_WIDER = 2  # neighbours in which a person may be named without being marked as doubtful altogether
_WINDOW = 3  # utterances that can bear out a claim together where nothing is cited
_CANDIDATES = 4
_ABOUT_AS_WELL = 0.15
_SMALL = 3.0  # numbers up to this may be counted by whoever retells it ("both", "the two options")


class Level(IntEnum):
    UNGROUNDED = 0
    WEAK = 1
    GROUNDED = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Reason:
    """`code`: words, number, date, name, person, negation, nowhere, citation. `sentence` is for people."""

    code: str
    sentence: str


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


def ground_heading(text: str, meeting: Meeting, places: Iterable[int] | None = None) -> Verdict:
    """Judge a title or a list of subjects: its words may be said anywhere, or anywhere in `places`."""
    claim = claim_of(text, meeting)
    evidence = meeting.everything if places is None else meeting.said_at(places)
    overlap = _overlap(claim, evidence, meeting)
    doubts = [*_numbers(claim, evidence, evidence), *_dates(claim, evidence), *_names(claim, evidence)]
    level = _by_overlap(overlap, GROUNDED, WEAK)
    if level < Level.GROUNDED:
        doubts = [(level, _NOT_SAID if level == Level.UNGROUNDED else _FEW_WORDS), *doubts]
    return _verdict(level, doubts, overlap)


_NOT_SAID = Reason("words", "Nothing like it was found in what was said.")
_FEW_WORDS = Reason("words", "Only part of it was found in what was said.")

Doubt = tuple[Level, Reason]  # how good the claim can still be, and why not better


def _judge(claim: Claim, places: Sequence[int], meeting: Meeting, enough: float, some: float) -> Verdict:
    evidence = meeting.said_at(meeting.around(places, _REACH))
    core = meeting.said_at(places)
    overlap = _overlap(claim, evidence, meeting)
    level = _by_overlap(overlap, enough, some)
    doubts: list[Doubt] = []
    if level < Level.GROUNDED:
        doubts.append((level, _NOT_SAID if level == Level.UNGROUNDED else _FEW_WORDS))
    doubts += _numbers(claim, core, evidence)
    doubts += _dates(claim, evidence)
    doubts += _names(claim, meeting.said_at(meeting.around(places, _WIDER)))
    doubts += _people(claim, places, meeting)
    doubts += _negation(claim, core)
    return replace(_verdict(level, doubts, overlap), own=_overlap(claim, core, meeting))


def _verdict(level: Level, doubts: Sequence[Doubt], overlap: float) -> Verdict:
    return Verdict(
        level=min([level, *(limit for limit, _ in doubts)]),
        reasons=tuple(dict.fromkeys(reason for _, reason in doubts)),
        overlap=overlap,
    )


def _by_overlap(overlap: float, enough: float, some: float) -> Level:
    return Level.GROUNDED if overlap >= enough else Level.WEAK if overlap >= some else Level.UNGROUNDED


def _overlap(claim: Claim, evidence: Facts, meeting: Meeting) -> float:
    """The share of what the claim says, by weight, that the evidence says too: content words, numbers and dates.

    A claim of grammar alone has nothing to miss.
    """
    exact = len(claim.facts.numbers) + len(claim.facts.dates)
    total = sum(claim.weights.values()) + exact
    if not total:
        return 1.0
    shared = len(claim.facts.numbers & evidence.numbers) + len(claim.facts.dates & evidence.dates)
    words = sum(weight for one, weight in claim.weights.items() if _said(one, claim, evidence, meeting))
    return (words + shared) / total


def _said(claimed: str, claim: Claim, evidence: Facts, meeting: Meeting) -> bool:
    if claimed in evidence.roots or any(other in evidence.roots for other in meeting.alike(claimed)):
        return True
    return any(root(name) == claimed and said_name(name, evidence) for name in claim.names)


def _numbers(claim: Claim, core: Facts, evidence: Facts) -> list[Doubt]:
    """A number must be said; next to the cited place is not quite enough, it may count something else there."""
    return [
        (
            Level.WEAK if number <= _SMALL or number in evidence.numbers else Level.UNGROUNDED,
            Reason("number", f"The number {number:g} was not said there."),
        )
        for number in sorted(claim.facts.numbers - core.numbers)
    ]


def _dates(claim: Claim, evidence: Facts) -> list[Doubt]:
    missing = sorted(claim.facts.dates - evidence.dates)
    return [(Level.UNGROUNDED, Reason("date", f"“{date.capitalize()}” was not said there.")) for date in missing]


def _names(claim: Claim, evidence: Facts) -> list[Doubt]:
    doubts = []
    for name, written in claim.names.items():
        if name in claim.facts.dates or said_name(name, evidence):
            continue
        abbreviation = written.isupper()  # it may have been said in full
        limit = Level.WEAK if abbreviation else Level.UNGROUNDED
        doubts.append((limit, Reason("name", f"“{written}” was not said there.")))
    if claim.maybe_name:
        doubts.append((Level.WEAK, Reason("name", f"Nobody said “{claim.maybe_name}”.")))
    return doubts


def _people(claim: Claim, places: Sequence[int], meeting: Meeting) -> list[Doubt]:
    """A speaker whom the claim names must speak or be named in the evidence; next to it is not quite enough."""
    doubts = []
    for written, speakers in claim.people.items():
        if _takes_part(written, speakers, places, meeting):
            continue
        near = _takes_part(written, speakers, meeting.around(places, _WIDER), meeting)
        limit = Level.WEAK if near else Level.UNGROUNDED
        doubts.append((limit, Reason("person", f"{written} does not come up there.")))
    return doubts


def _takes_part(written: str, speakers: frozenset[int], places: Iterable[int], meeting: Meeting) -> bool:
    parts = [folded(part) for part in written.split() if part.isalpha()]
    return any(
        meeting.heard[place].speaker in speakers or any(part in meeting.facts[place].words for part in parts)
        for place in places
    )


def _negation(claim: Claim, evidence: Facts) -> list[Doubt]:
    ours, theirs = claim.facts.negations, evidence.negations
    shared = claim.facts.roots & evidence.roots
    always_denied = (theirs.denied - theirs.stated) & shared
    denied = ours.denied & shared
    if denied and not denied & (theirs.denied | theirs.half):
        return [(Level.WEAK, Reason("negation", "It denies what was said without a “not”."))]
    if always_denied and not ours.denied and not always_denied & ours.half:
        return [(Level.WEAK, Reason("negation", "It states what was said with a “not”."))]
    return []


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
    said: dict[int, float] = {}
    roots: dict[int, set[str]] = {}
    for claimed, weight in claim.weights.items():
        for place in meeting.places(claimed):
            said[place] = said.get(place, 0.0) + weight
            roots.setdefault(place, set()).add(claimed)
    scored = []
    for first in said:
        places = [place for place in range(first, first + _WINDOW) if place in said]
        together = set().union(*(roots[place] for place in places))
        scored.append((-sum(claim.weights[one] for one in together), len(places), first, places))
    scored.sort()
    return [places for _, _, _, places in scored[:_CANDIDATES]]

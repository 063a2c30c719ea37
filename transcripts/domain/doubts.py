"""What a claim shares with evidence, and what speaks against it: words, numbers, dates, names, people, denials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from transcripts.domain.claims import Claim, said_name
from transcripts.domain.facts import folded
from transcripts.domain.heard import Facts, Meeting, root

_WIDER = 2  # neighbours in which a person may be named without the claim being dropped for it
_SMALL = 3.0  # numbers up to this may be counted by whoever retells it ("both", "the two options")


class Level(IntEnum):
    UNGROUNDED = 0
    WEAK = 1
    GROUNDED = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Reason:
    """`code`: words, number, date, name, person, negation or language. `sentence` is for people."""

    code: str
    sentence: str


#: How good the claim can still be, and why not better.
Doubt = tuple[Level, Reason]


def overlap_of(claim: Claim, evidence: Facts, meeting: Meeting) -> float:
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


def numbers(claim: Claim, core: Facts, evidence: Facts) -> list[Doubt]:
    """A number must be said; next to the cited place is not quite enough, it may count something else there."""
    return [
        (
            Level.WEAK if number <= _SMALL or number in evidence.numbers else Level.UNGROUNDED,
            Reason("number", f"The number {number:,.12g} was not said there."),
        )
        for number in sorted(claim.facts.numbers - core.numbers)
    ]


def dates(claim: Claim, evidence: Facts) -> list[Doubt]:
    missing = sorted(claim.facts.dates - evidence.dates)
    return [(Level.UNGROUNDED, Reason("date", f"“{date.capitalize()}” was not said there.")) for date in missing]


def names(claim: Claim, evidence: Facts) -> list[Doubt]:
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


def people(claim: Claim, places: Sequence[int], meeting: Meeting) -> list[Doubt]:
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


def negation(claim: Claim, evidence: Facts) -> list[Doubt]:
    ours, theirs = claim.facts.negations, evidence.negations
    shared = claim.facts.roots & evidence.roots
    always_denied = (theirs.denied - theirs.stated) & shared
    denied = ours.denied & shared
    if denied and not denied & (theirs.denied | theirs.half):
        return [(Level.WEAK, Reason("negation", "It denies what was said without a “not”."))]
    if always_denied and not ours.denied and not always_denied & ours.half:
        return [(Level.WEAK, Reason("negation", "It states what was said with a “not”."))]
    return []

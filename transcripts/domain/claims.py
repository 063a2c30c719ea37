"""A claim about a meeting, taken apart into what has to agree with what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from transcripts.domain.facts import folded
from transcripts.domain.heard import Facts, Meeting
from transcripts.engines.language.words import written_words

#: A name that the recogniser spelled a little differently is the same name.
ALIKE = 0.8
_SHORTEST_INSIDE = 4  # letters from which a name may be written apart in the evidence ("Git Hub")
_GENERAL_WEIGHT = 0.35  # of words such as "decide", "team", "week", which prove little
_SENTENCE_START = re.compile(r"(?:^|(?<!\b[MDS]r)(?<!\bM[rs]s)(?<!\bMs)(?<!\bSt)(?<!\bProf)[.!?:]\s+|[\"“„«(]\s*)$")


@dataclass(frozen=True)
class Claim:
    """`people` are speakers by the numbers that each name can mean; `names` are other names, folded.

    `weights` has a weight for each root. `maybe_name` is a capitalised first word that may be a name.
    """

    text: str
    facts: Facts
    weights: dict[str, float]
    people: dict[str, frozenset[int]]
    names: dict[str, str]
    maybe_name: str = ""


def claim_of(text: str, meeting: Meeting) -> Claim:
    rest, people = _without_people(text, meeting)
    facts = meeting.facts_of(rest)
    general = meeting.lexicon.table.weak_words
    weights = {}
    for token in written_words(rest):
        found = meeting.content_root(token)
        if found:
            weights[found] = _GENERAL_WEIGHT if token.lower() in general else 1.0
    names = {} if meeting.lexicon.table.keeps_case else dict(_names(rest, meeting))
    return Claim(text, facts, weights, people, names, _first_word(rest, meeting))


def _without_people(text: str, meeting: Meeting) -> tuple[str, dict[str, frozenset[int]]]:
    """The text without names of speakers, which are evidence of another kind (and "Speaker 2" is no number)."""
    people: dict[str, frozenset[int]] = {}
    for label, speakers in meeting.labels.items():
        pattern = re.compile(rf"(?<!\w){_loosely(label)}(?:['’]s)?(?!\w)", re.IGNORECASE)
        while (found := pattern.search(folded_in_place(text))) and _is_name(text[found.start() : found.end()]):
            people[text[found.start() : found.end()]] = speakers
            text = f"{text[: found.start()]}_{text[found.end() :]}"
    return text.replace("_", " "), people


def _loosely(label: str) -> str:
    return r"\s+".join(map(re.escape, label.split()))


def _is_name(written: str) -> bool:
    return written[:1].isupper() or not written[:1].isalpha()


def folded_in_place(text: str) -> str:
    """Folded character by character, so that places stay the same."""
    return "".join(plain if len(plain := folded(letter)) == 1 else letter for letter in text)


def _names(text: str, meeting: Meeting) -> Iterator[tuple[str, str]]:
    """Words with a capital or a figure inside a sentence, but for those that only begin one."""
    for found in re.finditer(r"\w+(?:[’'.\-]\w+)*", text):
        word = re.sub(r"[’']s$", "", found.group())
        inside = not _SENTENCE_START.search(text[: found.start()])
        mixed = any(letter.isupper() for letter in word[1:]) or (word[0].isalpha() and re.search(r"\d", word))
        grammar = meeting.lexicon.is_stop(re.split("[’']", word)[0])  # "I'd"
        if word[0].isalpha() and len(word) > 1 and not grammar and ((inside and word[0].isupper()) or mixed):
            yield folded(word), word


def _first_word(text: str, meeting: Meeting) -> str:
    """A first word that nobody said, in front of a verb: perhaps somebody's name."""
    words = written_words(text)
    table = meeting.lexicon.table
    if len(words) < 2 or not table.verbs or table.keeps_case or not words[0][:1].isupper() or words[0].endswith("s"):
        return ""
    name = folded(words[0])
    unknown = name not in meeting.everything.words and not meeting.lexicon.is_stop(words[0])
    return words[0] if unknown and re.fullmatch(table.verbs, words[1], re.IGNORECASE) else ""


def said_name(name: str, evidence: Facts) -> bool:
    """Whether a folded name is said, perhaps inflected, written apart, or spelled a little differently."""
    if name in evidence.words or (len(name) >= _SHORTEST_INSIDE and name.replace("-", "") in evidence.run):
        return True
    parts = [part for part in re.split(r"[\-.']", name) if part]
    if len(parts) > 1:
        return all(said_name(part, evidence) for part in parts)
    return len(name) >= _SHORTEST_INSIDE and any(_alike(name, word) for word in evidence.words)


def _alike(name: str, word: str) -> bool:
    if abs(len(name) - len(word)) > 1 or name[0] != word[0]:
        return False
    return SequenceMatcher(None, name, word).ratio() >= ALIKE

"""Title, topics, summary, decisions and next steps against what was said: what is kept, what is marked, what goes.

Pure functions over plain values. A sentence or item that is ungrounded is dropped, and listed with the reason; a weak
one is kept and marked; a field of an item that was not said is emptied. What comes out has the shape of what went in,
with two more keys for each sentence and item: `grounding` ("grounded" or "weak") and `reason` (for people, or empty).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from transcripts.domain.doubts import Level, Reason
from transcripts.domain.facts import folded
from transcripts.domain.grounding import Verdict, ground, ground_heading
from transcripts.domain.heard import Meeting
from transcripts.domain.tongues import differs
from transcripts.engines.base import ActionItems, Cited, Decision, NextStep, Section, Summary, TopicText

Json = dict[str, Any]

_SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=\S)|(?<=[。！？])")
_SAID = 0.6  # share of the words of a deadline that must be said
_REACH = 2  # utterances around the evidence in which who and when may be said
_OTHER_LANGUAGE = Reason("language", "It is written in another language than was spoken, so it could not be compared.")


@dataclass
class Tally:
    """What the check found, over everything that it looked at."""

    sentences: int = 0
    grounded: int = 0
    weak: int = 0
    dropped: int = 0
    fields: int = 0
    mended: int = 0
    left_out: list[Json] = field(default_factory=list)  # {"what", "text", "reason"}

    def count(self, what: str, text: str, verdict: Verdict) -> bool:
        """Whether it may stay."""
        self.sentences += 1
        self.grounded += verdict.level == Level.GROUNDED
        self.weak += verdict.level == Level.WEAK
        if verdict.level == Level.UNGROUNDED:
            self.dropped += 1
            self.left_out.append({"what": what, "text": text, "reason": verdict.reason})
        return verdict.level > Level.UNGROUNDED

    def drop_field(self, what: str, text: str, reason: str) -> None:
        self.fields += 1
        self.left_out.append({"what": what, "text": text, "reason": reason})


@dataclass
class Check:
    """The check of one transcript. Its methods may be called in any order; `tally` adds up what they find."""

    meeting: Meeting
    tally: Tally = field(default_factory=Tally)

    def title(self, title: str, topics: Sequence[TopicText], sizes: Sequence[float]) -> str:
        """The title, or, where nothing of it was said, that of the longest topic that holds; else it stays."""
        if not title:
            return title
        verdict = self._tolerant(title, ground_heading(title, self.meeting))
        ranked = sorted(zip(sizes, topics, strict=True), key=lambda pair: -pair[0])
        better = next((topic.title for _, topic in ranked if topic.title and self._holds(topic.title)), None)
        if verdict.level == Level.UNGROUNDED and better is None:
            verdict = replace(verdict, level=Level.WEAK)  # a doubtful title is better than none
        return title if self.tally.count("title", title, verdict) or better is None else better

    def _holds(self, heading: str) -> bool:
        return ground_heading(heading, self.meeting).level == Level.GROUNDED

    def topic(self, topic: TopicText) -> TopicText:
        """The topic with only those sentences of its summary that hold."""
        judge = self._judging([topic.summary])
        kept = [text for text in _sentences(topic.summary) if self.tally.count("topic", text, judge(text, ()))]
        return TopicText(title=topic.title, summary=topic.summary if _all(kept, topic.summary) else " ".join(kept))

    def summary(self, summary: Summary) -> Json:
        """As `asdict(summary)`, with the two keys. A section of which nothing is left goes."""
        judge = self._judging([one.text for one in _everything(summary)])
        short = self._cited(summary.short, judge)
        sections = [self._section(section, judge) for section in summary.sections]
        return {"short": short, "sections": [section for section in sections if section["sentences"]]}

    def _section(self, section: Section, judge: Judge) -> Json:
        return {"heading": section.heading, "sentences": self._cited(section.sentences, judge)}

    def _cited(self, sentences: Sequence[Cited], judge: Judge) -> list[Json]:
        kept = []
        for sentence in sentences:
            verdict = judge(sentence.text, sentence.seconds)
            if self.tally.count("summary", sentence.text, verdict):
                kept.append(
                    {"text": sentence.text, "seconds": self._seconds(sentence.seconds, verdict), **_marks(verdict)}
                )
        return kept

    def action_items(self, items: ActionItems) -> Json:
        """As `asdict(items)`, with the two keys for each decision and next step."""
        judge = self._judging([one.decision for one in items.decisions] + [one.task for one in items.next_steps])
        decisions = [self._decision(one, judge) for one in items.decisions]
        steps = [self._step(one, judge) for one in items.next_steps]
        return {
            "decisions": [one for one in decisions if one is not None],
            "next_steps": [one for one in steps if one is not None],
        }

    def _decision(self, one: Decision, judge: Judge) -> Json | None:
        verdict = judge(one.decision, one.seconds)
        if not self.tally.count("decision", one.decision, verdict):
            return None
        rationale = self._said(one.rationale, "the reason", verdict, judge)
        by, verdict = self._person(one.decided_by, "who decided", verdict)
        return {
            **asdict(one),
            "rationale": rationale,
            "decided_by": by,
            "seconds": self._seconds(one.seconds, verdict),
            **_marks(verdict),
        }

    def _step(self, one: NextStep, judge: Judge) -> Json | None:
        verdict = judge(one.task, one.seconds)
        if not self.tally.count("next step", one.task, verdict):
            return None
        context = self._said(one.context, "what it is for", verdict, judge)
        deadline = self._deadline(one.deadline, verdict)
        to, verdict = self._person(one.assigned_to, "who does it", verdict)
        return {
            **asdict(one),
            "assigned_to": to,
            "deadline": deadline,
            "context": context,
            "seconds": self._seconds(one.seconds, verdict),
            **_marks(verdict),
        }

    # --- fields of an item

    def _said(self, text: str | None, what: str, about: Verdict, judge: Judge) -> str | None:
        if not text:
            return text
        verdict = judge(text, about.seconds)
        if verdict.level > Level.UNGROUNDED:
            return text
        self.tally.drop_field(what, text, verdict.reason)
        return None

    def _deadline(self, deadline: str | None, about: Verdict) -> str | None:
        if not deadline or self._is_said(deadline, about):
            return deadline
        self.tally.drop_field("when it is due", deadline, "That was not said there.")
        return None

    def _is_said(self, text: str, about: Verdict) -> bool:
        evidence = self.meeting.said_at(self._near(about))
        facts = self.meeting.facts_of(text)
        words = len(facts.words & evidence.words) >= _SAID * len(facts.words)
        return words and facts.numbers <= evidence.numbers and facts.dates <= evidence.dates

    def _person(self, name: str | None, what: str, about: Verdict) -> tuple[str | None, Verdict]:
        """The name if it is a speaker's or was said; a speaker who has no part in the evidence makes it weak."""
        if not name:
            return name, about
        near = self._near(about)
        evidence = self.meeting.said_at(near)
        parts = [folded(part) for part in name.split()]
        speakers = self.meeting.labels.get(folded(name))
        if all(part in evidence.words for part in parts):
            return name, about
        if speakers is None:
            self.tally.drop_field(what, name, "Nobody of that name spoke or was named there.")
            return None, about
        if speakers & {self.meeting.heard[place].speaker for place in near}:
            return name, about
        if about.level == Level.GROUNDED:
            self.tally.grounded, self.tally.weak = self.tally.grounded - 1, self.tally.weak + 1
        reason = Reason("person", f"{name} does not come up there.")
        return name, Verdict(Level.WEAK, (*about.reasons, reason), about.seconds)

    def _near(self, about: Verdict) -> list[int]:
        return self.meeting.around(self.meeting.cited(about.seconds), _REACH)

    # --- judging

    def _judging(self, texts: Sequence[str]) -> Judge:
        """How to judge the sentences among `texts`: those in another language than was spoken are only marked."""
        if differs(" ".join(texts), self._spoken()):
            return lambda text, seconds: Verdict(Level.WEAK, (_OTHER_LANGUAGE,), tuple(seconds))
        return self._ground

    def _ground(self, text: str, seconds: Sequence[float]) -> Verdict:
        subjects = self._listed(text)
        if subjects is not None:
            verdict = ground_heading(subjects, self.meeting)
            return Verdict(verdict.level, verdict.reasons, tuple(seconds), verdict.overlap)
        return ground(text, seconds, self.meeting)

    def _listed(self, text: str) -> str | None:
        """The subjects in the sentence with which the built-in engine lists the topics of a meeting."""
        before, _, after = self.meeting.lexicon.table.covered.partition("{topics}")
        if not before or not text.startswith(before) or not text.endswith(after):
            return None
        return text.removeprefix(before).removesuffix(after)

    def _tolerant(self, text: str, verdict: Verdict) -> Verdict:
        return Verdict(Level.WEAK, (_OTHER_LANGUAGE,)) if differs(text, self._spoken()) else verdict

    def _spoken(self) -> str:
        return " ".join(one.text for one in self.meeting.heard[:400])

    def _seconds(self, cited: Sequence[float], verdict: Verdict) -> list[float]:
        """The citations, mended where other utterances bear the sentence out."""
        if list(verdict.seconds) != list(cited):
            self.tally.mended += 1
        return list(verdict.seconds)


Judge = Callable[[str, Sequence[float]], Verdict]


def _marks(verdict: Verdict) -> Json:
    return {"grounding": str(verdict.level), "reason": verdict.reason if verdict.level < Level.GROUNDED else ""}


def _everything(summary: Summary) -> list[Cited]:
    return [*summary.short, *(sentence for section in summary.sections for sentence in section.sentences)]


def _sentences(text: str) -> list[str]:
    return [piece.strip() for piece in _SENTENCES.split(text) if piece and piece.strip()]


def _all(kept: Sequence[str], text: str) -> bool:
    return len(kept) == len(_sentences(text))

"""Next steps: who will do what by when, as people said it.

Who is the speaker for "I will", the person named or answering for "can you", nobody where it was not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transcripts.engines.base import NextStep
from transcripts.engines.language.rephrasing import as_item
from transcripts.engines.language.spoken import Sentence, matches
from transcripts.engines.language.tables import LanguageTable
from transcripts.engines.language.words import Lexicon, word_count

_ANSWER_WITHIN = 3  # sentences after a request in which it can be accepted
_SAME_TASK = 0.6  # share of common words from which two tasks are one
_FEWEST_CONTENT = 2
_MOST_WORDS = 40
_JUST_BEFORE = 20.0  # seconds between a task and "I'll do that"
_WORDS_BETWEEN = 4  # between a deadline and the commitment behind it


@dataclass(frozen=True, slots=True)
class _Found:
    """A task in the words in which it was said, `before` being what stands in front of it."""

    task: str
    who: str | None
    before: str
    needs_deadline: bool = False


def find_next_steps(said: Sequence[Sentence], lexicon: Lexicon, *, names: Sequence[str]) -> list[NextStep]:
    """In the order of speaking. `names` are the participants; only they are recognised when called by name."""
    reader = _Reader(lexicon.table, _spoken_names(names))
    clauses = list(_clauses(said, lexicon.table))
    steps: list[NextStep] = []
    for place in range(len(clauses)):
        step = reader.step(clauses, place)
        if step is None:
            continue
        if matches(lexicon.table.refers, step.task):
            _take_over(step, steps)
        elif _says_enough(step, lexicon):
            _keep(step, steps, lexicon)
    return steps


def _clauses(said: Sequence[Sentence], table: LanguageTable) -> Iterator[Sentence]:
    """The sentences, one with two commitments ("I will …, and I will …") as two."""
    for sentence in said:
        parts = re.split(table.and_also, sentence.text, flags=re.IGNORECASE) if table.and_also else [sentence.text]
        for part in parts:
            yield replace(sentence, text=part)


def _take_over(step: NextStep, steps: list[NextStep]) -> None:
    """ "I'll do that": the task named just before, if nobody had it, now has somebody."""
    if not steps or steps[-1].assigned_to is not None or step.seconds[0] - steps[-1].seconds[-1] > _JUST_BEFORE:
        return
    deadline = steps[-1].deadline or step.deadline
    seconds = [*steps[-1].seconds, *step.seconds]
    steps[-1] = replace(steps[-1], assigned_to=step.assigned_to, deadline=deadline, seconds=seconds)


def _says_enough(step: NextStep, lexicon: Lexicon) -> bool:
    """Whether the task names a thing ("do it" and "bring it" do not); with a deadline one word is enough."""
    return len(set(lexicon.content(step.task))) >= (_FEWEST_CONTENT if step.deadline is None else 1)


def _spoken_names(names: Sequence[str]) -> dict[str, str]:
    """How each participant can be called, in lower case: the whole name, or a part that no one else has."""
    forms = {name.lower(): name for name in names}
    parts = [(part.lower(), name) for name in names for part in name.split() if len(part) > 2]
    for part, name in parts:
        if sum(other == part for other, _ in parts) == 1:
            forms.setdefault(part, name)
    return forms


class _Reader:
    """One language's patterns with the participants' names filled in."""

    def __init__(self, table: LanguageTable, names: dict[str, str]) -> None:
        self.table, self.names = table, names
        anybody = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"
        self.named = self._compiled(table.named, anybody)
        self.asks = self._compiled(table.asks, anybody)
        self.own = self._compiled(table.own, anybody)
        self.promises = self._compiled(table.promises, anybody)
        self.tasks = self._compiled(table.tasks, anybody)
        self.shared = self._compiled(table.shared, anybody)

    @staticmethod
    def _compiled(patterns: Sequence[str], anybody: str) -> list[re.Pattern[str]]:
        return [re.compile(pattern.replace("{name}", f"(?:{anybody})"), re.IGNORECASE) for pattern in patterns]

    def step(self, said: Sequence[Sentence], place: int) -> NextStep | None:
        sentence = said[place]
        if word_count(sentence.text) > _MOST_WORDS * 2:
            return None
        for found, answer in self._readings(said, place):
            step = self._made(found, sentence, answer)
            if step is not None:
                return step
        return None

    def _readings(self, said: Sequence[Sentence], place: int) -> Iterator[tuple[_Found, Sentence | None]]:
        """The ways in which said[place] can be a task, the most definite first."""
        sentence = said[place]
        text = sentence.text
        if not sentence.question:
            for found in _found(self.named, text):
                yield self._of(found, self._person(found)), None
        for found in _found(self.asks, text):
            person = self._person(found)
            answer = self._accepted(said, place, person)
            if person is None and answer is not None:
                person = answer.speaker or None
            yield self._of(found, person, needs_deadline=person is None), answer
        if sentence.question:
            return
        for found in _found(self.own, text):
            yield self._of(found, sentence.speaker or None), None
        for found in _found(self.promises, text):
            yield self._of(found, sentence.speaker or None, needs_deadline=True), None
        for found in _found(self.tasks, text):
            yield self._of(found, None), None
        for found in _found(self.shared, text):
            yield self._of(found, None, needs_deadline=True), None

    @staticmethod
    def _of(found: re.Match[str], who: str | None, *, needs_deadline: bool = False) -> _Found:
        return _Found(found["task"], who, found.string[: found.start("task")], needs_deadline)

    def _person(self, found: re.Match[str]) -> str | None:
        called = found.groupdict().get("who")
        return self.names.get(called.lower()) if called else None

    def _accepted(self, said: Sequence[Sentence], place: int, person: str | None) -> Sentence | None:
        """The answer of the person asked, or of whoever answers when nobody was named."""
        asker = said[place].speaker
        for answer in said[place + 1 : place + 1 + _ANSWER_WITHIN]:
            willing = matches(self.table.agreement, answer.raw) or matches(self.table.agreement, answer.text)
            if answer.speaker != asker and person in (None, answer.speaker) and willing:
                return answer
        return None

    def _made(self, found: _Found, sentence: Sentence, answer: Sentence | None) -> NextStep | None:
        task = self._clause(found.task)
        if matches(self.table.not_tasks, task) or word_count(task) > _MOST_WORDS:
            return None
        task, deadline = self._listed(task)
        if deadline is None:
            deadline = self._last_deadline(found.before)
        if found.needs_deadline and deadline is None:
            return None
        if answer is not None and self.table.me and sentence.speaker:
            task = re.sub(self.table.me, sentence.speaker, task, flags=re.IGNORECASE)
        spoken = f"{sentence.speaker}: {sentence.text}" if sentence.speaker else sentence.text
        seconds = [sentence.start] if answer is None else [sentence.start, answer.start]
        return NextStep(task[:1].upper() + task[1:], found.who, deadline, spoken, seconds)

    def _clause(self, task: str) -> str:
        """The task up to where the speaker goes on to something else."""
        end = re.search(self.table.clause_end, task, re.IGNORECASE) if self.table.clause_end else None
        return (task[: end.start()] if end else task).strip(" ,.;:!?…–—")

    def _listed(self, task: str) -> tuple[str, str | None]:
        """The task as an item on a list, and its deadline; rephrasing can bring a deadline to where it can go."""
        task, deadline = self._timed(task)
        item = as_item(task, self.table)
        if item != task:
            task, again = self._timed(item)
            deadline = deadline or again
        return task, deadline

    def _timed(self, task: str) -> tuple[str, str | None]:
        """The task and its deadline; the deadline is taken out where it is the end or the start of the task."""
        deadlines = list(re.finditer(self.table.deadline, task, re.IGNORECASE)) if self.table.deadline else []
        if not deadlines:
            return task, None
        last = deadlines[-1]
        before, after = task[: last.start()].rstrip(" ,"), task[last.end() :].lstrip(" ,")
        can_go = word_count(after) <= 1 and word_count(before) > 1 and not matches(self.table.dangling, before)
        if can_go or (not before and word_count(after) > 1):
            task = f"{before} {after}".strip()
        return task, _when(last)

    def _last_deadline(self, before: str) -> str | None:
        """The deadline in front of the commitment: "by Friday I will"."""
        deadlines = list(re.finditer(self.table.deadline, before, re.IGNORECASE)) if self.table.deadline else []
        if not deadlines or word_count(before[deadlines[-1].end() :]) > _WORDS_BETWEEN:
            return None
        return _when(deadlines[-1])


def _when(found: re.Match[str]) -> str:
    return (found.groupdict().get("when") or found.group()).strip(" ,")


def _found(patterns: Sequence[re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        match = pattern.search(text)
        if match:
            yield match


def _keep(step: NextStep, steps: list[NextStep], lexicon: Lexicon) -> None:
    """Adds the step, or what it says in addition to an earlier one about the same."""
    words = set(lexicon.content(step.task))
    for place, earlier in enumerate(steps):
        known = set(lexicon.content(earlier.task))
        someone = earlier.assigned_to or step.assigned_to
        same_person = step.assigned_to in (None, someone) and earlier.assigned_to in (None, someone)
        if same_person and len(words & known) >= _SAME_TASK * len(words | known):
            deadline = step.deadline or earlier.deadline
            seconds = [*earlier.seconds, *step.seconds]
            steps[place] = replace(earlier, assigned_to=someone, deadline=deadline, seconds=seconds)
            return
    steps.append(step)

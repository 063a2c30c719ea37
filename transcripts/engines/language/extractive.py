"""The language engine that needs nothing: it says what was said, chosen and tidied, never made up.

Its results are marked as drafts. Every sentence is one that somebody spoke (with the name in front where it says "I"),
except the one that lists the topics.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from transcripts.engines.base import ActionItems, Cited, EngineInfo, Line, Progress, Section, Summary, TopicText
from transcripts.engines.language.cohesion import segment
from transcripts.engines.language.commitments import action_items
from transcripts.engines.language.headings import heading, subject
from transcripts.engines.language.selection import Reading, best_sentences, merged
from transcripts.engines.language.spoken import attributed
from transcripts.engines.language.tables import table_for
from transcripts.engines.language.titles import clean_title, joined

_VERSION = "1"
_MOST_SECTIONS = 6
_TOPIC_SENTENCES = 2
_RECAP_SENTENCES = 3
_WORDS_PER_SENTENCE = 80  # of talk, for one sentence in the long summary
_FEWEST_IN_SECTION, _MOST_IN_SECTION = 2, 5
_TITLE_SUBJECTS = 3


class ExtractiveLanguageModel:
    """Key phrases for titles, central sentences for summaries, phrases of commitment for next steps. No options."""

    name: ClassVar[str] = "extractive"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._last: Reading | None = None

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        return None

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model="built-in", version=_VERSION, draft=True)

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        """There is no model to load."""

    def topic(self, lines: Sequence[Line], *, first: int, last: int, language: str, progress: Progress) -> TopicText:
        part = lines[first : last + 1]
        if not part:
            return TopicText(title="", summary="")
        reading = self._reading(lines, language)
        title = heading(part, reading.vocabulary)
        chosen = best_sentences(reading, first=first, last=last, count=_TOPIC_SENTENCES)
        progress(len(part), len(part))
        return TopicText(title=title, summary=" ".join(attributed(sentence, reading.table) for sentence in chosen))

    def title(self, lines: Sequence[Line], topics: Sequence[TopicText], *, language: str, progress: Progress) -> str:
        reading = self._reading(lines, language)
        spans = segment(lines, language=language)
        titles = self._titles(reading, topics, spans)
        progress(len(lines), len(lines))
        if len(titles) == 1:
            return clean_title(titles[0])
        sizes = [sum(len(line.text) for line in lines[first : last + 1]) for first, last in spans]
        if len(sizes) != len(titles):
            sizes = [1] * len(titles)
        return _meeting_title(titles, sizes, reading)

    def summary(
        self, lines: Sequence[Line], topics: Sequence[TopicText], *, language: str, progress: Progress
    ) -> Summary:
        if not lines:
            return Summary(short=[], sections=[])
        reading = self._reading(lines, language)
        spans = segment(lines, language=language)
        titles = self._titles(reading, topics, spans)
        short = _recap(reading, spans, titles if len(titles) == len(spans) else [])
        sections = _sections(reading, spans, titles)
        progress(len(lines), len(lines))
        return Summary(short=short, sections=sections)

    def action_items(self, lines: Sequence[Line], *, language: str, progress: Progress) -> ActionItems:
        found = action_items(lines, table_for(language))
        progress(len(lines), len(lines))
        return found

    def _reading(self, lines: Sequence[Line], language: str) -> Reading:
        """The meeting, read; kept, because each of its topics is asked for in turn."""
        if self._last is None or self._last.language != language or list(lines) != self._last.lines:
            self._last = Reading.of(lines, language)
        return self._last

    def _titles(self, reading: Reading, topics: Sequence[TopicText], spans: Sequence[tuple[int, int]]) -> list[str]:
        """The topics' titles as given, which people may have changed; else our own."""
        given = [topic.title for topic in topics if topic.title]
        return given or [heading(reading.lines[first : last + 1], reading.vocabulary) for first, last in spans]


def _meeting_title(titles: Sequence[str], sizes: Sequence[int], reading: Reading) -> str:
    largest = sorted(range(len(titles)), key=lambda place: (-sizes[place], place))
    subjects: list[str] = []
    taken: set[str] = set()
    for place in largest:
        name = subject(titles[place], reading.vocabulary)
        stems = set(reading.vocabulary.lexicon.content(name))
        if name and not stems & taken and len(subjects) < _TITLE_SUBJECTS:
            subjects.append(name)
            taken |= stems
    order = {subject(title, reading.vocabulary): place for place, title in reversed(list(enumerate(titles)))}
    subjects.sort(key=lambda name: order[name])
    return clean_title(joined(subjects, reading.table.conjunction))


def _recap(reading: Reading, spans: Sequence[tuple[int, int]], titles: Sequence[str]) -> list[Cited]:
    """One sentence that lists the topics, where there are several, and the best of what was said about them."""
    recap: list[Cited] = []
    if len(titles) > 1 and reading.table.covered:
        recap.append(_covered(reading, spans, titles))
    chosen = best_sentences(reading, first=0, last=len(reading.lines) - 1, count=_RECAP_SENTENCES, spans=spans)
    return [*recap, *(Cited(attributed(sentence, reading.table), [sentence.start]) for sentence in chosen)]


def _covered(reading: Reading, spans: Sequence[tuple[int, int]], titles: Sequence[str]) -> Cited:
    largest = sorted(spans, key=lambda span: span[0] - span[1])[:_MOST_SECTIONS]
    kept = [place for place, span in enumerate(spans) if span in largest and titles[place]]
    subjects = list(dict.fromkeys(subject(titles[place], reading.vocabulary) for place in kept))
    text = reading.table.covered.format(topics=joined(subjects, reading.table.conjunction))
    return Cited(text, [reading.lines[spans[place][0]].start for place in kept])


def _sections(reading: Reading, spans: Sequence[tuple[int, int]], titles: Sequence[str]) -> list[Section]:
    groups = merged(reading, spans, _MOST_SECTIONS)
    named = dict(zip(spans, titles, strict=True)) if len(titles) == len(spans) else {}
    sections = []
    for first, last in groups:
        words = sum(len(line.text.split()) for line in reading.lines[first : last + 1])
        count = min(_MOST_IN_SECTION, max(_FEWEST_IN_SECTION, round(words / _WORDS_PER_SENTENCE)))
        chosen = best_sentences(reading, first=first, last=last, count=count)
        if chosen:
            title = named.get((first, last)) or heading(reading.lines[first : last + 1], reading.vocabulary)
            cited = [Cited(attributed(sentence, reading.table), [sentence.start]) for sentence in chosen]
            sections.append(Section(title, cited))
    return sections

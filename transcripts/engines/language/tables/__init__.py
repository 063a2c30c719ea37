"""What the built-in language engine knows of each language: words and phrases, no code.

One module per language holds one `TABLE`. All patterns are regular expressions, matched without regard to case
against a tidied sentence (see `spoken.py`). A language without a table gets `NEUTRAL`: titles and summaries still
work, decisions and next steps are left out rather than guessed.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

_MODULES = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}


@dataclass(frozen=True, slots=True)
class LanguageTable:
    """Phrases of one language. Groups that the engine reads: `what`, `task`, `who`, `why`."""

    code: str
    name: str
    stop_words: frozenset[str] = frozenset()
    #: Content words too general for a title ("thing", "people", "want").
    weak_words: frozenset[str] = frozenset()
    #: Words that can stand inside a key phrase ("page d'accueil").
    linkers: frozenset[str] = frozenset()
    #: Whether a capital inside a sentence is part of a word's spelling (German nouns).
    keeps_case: bool = False
    #: Endings that the stemmer strips.
    suffixes: tuple[str, ...] = ()
    #: Sounds without meaning, dropped wherever they stand.
    fillers: str = ""
    #: Words and phrases without meaning at the start of a sentence, dropped again and again where a comma follows.
    openers: str = ""
    #: Those of them that are dropped without a comma, too ("and we" but not "well done").
    loose_openers: str = ""
    #: Phrases without meaning between two commas.
    inserts: str = ""
    #: Words that an unpunctuated utterance can be cut in front of.
    joints: frozenset[str] = frozenset()
    #: What a sentence with a verb shows; empty where that cannot be told from a list of words.
    verbs: str = ""
    #: Sentences that say nothing about the subject: greetings, sound checks, thanks.
    chatter: str = ""
    #: Starts that lean on the sentence before ("That's why", "He").
    leaning: str = ""
    #: Words by which a sentence needs to be told who said it.
    first_person: str = ""
    #: Words that are always written with a capital, for text that has none.
    proper: frozenset[str] = frozenset()
    #: Phrases that announce something that matters.
    weighty: str = ""
    #: Phrases with which a new subject is opened.
    shifts: str = ""
    #: A subject named as it is opened: group `what`.
    announced: str = ""
    #: Articles and the like, not wanted at the start of a heading.
    articles: str = ""
    #: "and" between the last two of a list, and the sentence that names the topics of a meeting.
    conjunction: str = ""
    covered: str = ""
    decisions: tuple[str, ...] = ()
    not_decisions: str = ""
    proposals: tuple[str, ...] = ()
    #: Calls to act together ("let's"): decided when somebody accepts: group `what`.
    calls: tuple[str, ...] = ()
    #: A sentence that makes a decision of what was proposed just before.
    settled: str = ""
    #: A whole sentence that accepts what was asked just before.
    agreement: str = ""
    #: The speaker takes something on: group `task`.
    own: tuple[str, ...] = ()
    #: The speaker promises something: a task only when it has a deadline.
    promises: tuple[str, ...] = ()
    #: Somebody is asked: group `task`, and `who` where the person is named. `{name}` stands for any participant.
    asks: tuple[str, ...] = ()
    #: Somebody is said to do something: groups `who` and `task`.
    named: tuple[str, ...] = ()
    #: Announced as a task, without a person.
    tasks: tuple[str, ...] = ()
    #: Said by all of us: a task only when it has a deadline.
    shared: tuple[str, ...] = ()
    #: Task texts that are manners of speaking.
    not_tasks: str = ""
    #: How "I send" becomes "to send" (see `rephrasing.py`): group `verb`.
    finite: str = ""
    infinitive_ending: str = ""
    infinitives: Mapping[str, str] = field(default_factory=dict)
    verb_prefixes: frozenset[str] = frozenset()
    reflexives: Mapping[str, str] = field(default_factory=dict)
    #: Where a sentence goes on to a second commitment; it is read as two.
    and_also: str = ""
    #: A task that stands for the one named just before ("do that").
    refers: str = ""
    #: Where a task ends though the sentence goes on.
    clause_end: str = ""
    #: Ends of a task that show that more belongs to it.
    dangling: str = ""
    #: The asking person in a request, replaced by the name where grammar allows it.
    me: str = ""
    #: When something is due; group `when` where not all that is found belongs to the phrase.
    deadline: str = ""
    #: What introduces a reason: group `why`.
    because: str = ""


def words(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


NEUTRAL = LanguageTable(code="", name="")


@cache
def table_for(language: str) -> LanguageTable:
    """The table of an ISO 639-1 code ("pt-BR" and "PT" are Portuguese); `NEUTRAL` when there is none."""
    module = _MODULES.get(language.lower().replace("_", "-").split("-")[0])
    if module is None:
        return NEUTRAL
    table: LanguageTable = importlib.import_module(f"{__name__}.{module}").TABLE
    return table

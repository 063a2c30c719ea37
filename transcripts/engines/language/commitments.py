"""Decisions and next steps, found by the phrases in which people decide and commit themselves.

Nothing is inferred: a decision is what follows "we decided", "let's go with" and their like, a next step what follows
"I will", "Ben, can you" and theirs, with the person and the deadline as they were said. Languages without a table give
no action items.
"""

from __future__ import annotations

from collections.abc import Sequence

from transcripts.engines.base import ActionItems, Line
from transcripts.engines.language.decisions import find_decisions
from transcripts.engines.language.next_steps import find_next_steps
from transcripts.engines.language.spoken import sentences
from transcripts.engines.language.tables import LanguageTable
from transcripts.engines.language.words import lexicon_for


def action_items(lines: Sequence[Line], table: LanguageTable) -> ActionItems:
    """Everything decided and promised in `lines`, in the order in which it was said, each thing once."""
    if not table.code:
        return ActionItems(decisions=[], next_steps=[])
    said = sentences(lines, table)
    lexicon = lexicon_for(table.code, [])
    return ActionItems(
        decisions=find_decisions(said, lexicon),
        next_steps=find_next_steps(said, lexicon, names=sorted({line.speaker for line in lines if line.speaker})),
    )

"""A commitment as an item on a list, in languages where that takes more than cutting off "I will"."""

from __future__ import annotations

import re

from transcripts.engines.language.tables import LanguageTable


def as_item(task: str, table: LanguageTable) -> str:
    """ "Ich baue den Server auf" as "Den Server aufbauen"; unchanged where the table does not say how.

    The verb in the first person goes to the end as an infinitive, behind its separated prefix.
    """
    found = re.match(table.finite, task, re.IGNORECASE) if table.finite else None
    if found is None:
        return task
    rest = task[found.end() :].split()
    prefix = rest.pop() if rest and rest[-1].lower() in table.verb_prefixes else ""
    words = [table.reflexives.get(word.lower(), word) for word in rest]
    verb = found["verb"].lower()
    infinitive = table.infinitives.get(verb, f"{verb}{table.infinitive_ending}")
    item = " ".join([*words, f"{prefix}{infinitive}"])
    return item[:1].upper() + item[1:]

"""What a title looks like, whoever wrote it."""

from __future__ import annotations

import re

#: A title is one line of at most this many words.
LONGEST_TITLE = 10

_QUOTES = "\"'“”„‟«»‹›‘’`*#_ \t"
_LABEL = re.compile(r"^(?:title|titel|titre|título|titolo)\s*[:：]\s*", re.IGNORECASE)


def clean_title(text: str) -> str:
    """`text` as a title: one line, no quotes or label around it, no final stop, a capital first, at most ten words.

    Only the first letter's case is touched, and only when its word is all lower case: "API", "iPhone" and "de Vries"
    inside a title stay as they are.

    >>> clean_title('"Title: rate limits for the API."')
    'Rate limits for the API'
    """
    line = " ".join(text.split()).strip(_QUOTES)
    line = _LABEL.sub("", line).strip(_QUOTES)
    line = re.sub(r"(?<!\.)[.。,;:]+$", "", line).strip(_QUOTES)
    words = line.split(" ")
    line = " ".join(words[:LONGEST_TITLE]).rstrip(",;:–—- ")
    return _first_capital(line)


def _first_capital(line: str) -> str:
    first = line.split(" ", 1)[0]
    return line[:1].upper() + line[1:] if first.islower() else line


def joined(parts: list[str], conjunction: str) -> str:
    """ "a", "a and b", "a, b and c"; commas only where the language's word for "and" is not known.

    >>> joined(["budget", "hiring", "the API"], "and")
    'budget, hiring and the API'
    """
    if len(parts) < 2 or not conjunction:
        return ", ".join(parts)
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"

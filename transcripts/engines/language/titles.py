"""What a title looks like, whoever wrote it."""

from __future__ import annotations

import re

from transcripts.engines.language.tables import words

#: A title is one line of at most this many words.
LONGEST_TITLE = 10

_QUOTES = "\"'“”„‟«»‹›‘’`*#_ \t"
_LABEL = re.compile(r"^(?:title|titel|titre|título|titolo)\s*[:：]\s*", re.IGNORECASE)


#: Of lines without any small letter, words up to this length may be acronyms, and stay as they are.
_ACRONYM = 4
#: Short words that are none: articles, prepositions and "and" of the languages that the engines know.
_SMALL = words("""
a an and as at by for from in into is it of off on or our over so the to up via vs we with
am auf aus bei das dem den der des die ein eine für im in ist mit nach oder um und von vor wie zu zum zur
au aux avec ce ces dans de du en est et la le les ou par pour sur un une
al con del e el en la las lo los o para por que su una y
ai che da dal dei del della di ed gli i il lo ma nel nella per tra
ao aos com das do dos em na nas no nos os um uma
aan als bij dat een het met naar om op te uit van voor
""")
_LETTERS = re.compile(r"[^\W\d_]+")


def clean_title(text: str) -> str:
    """`text` as a title: one line, no quotes or label around it, no final stop, a capital first, at most ten words.

    Capitals stay as they were written: "API", "iPhone", "de Vries". Only the first word gets one if it has none, and
    what is shouted as a whole is said: long words begin with a capital, small ones are small, acronyms stay.

    >>> clean_title('"Title: rate limits for the API."')
    'Rate limits for the API'
    >>> clean_title("RATE LIMITS FOR THE API")
    'RATE Limits for the API'
    """
    line = " ".join(text.split()).strip(_QUOTES)
    line = _LABEL.sub("", line).strip(_QUOTES)
    line = re.sub(r"(?<!\.)[.。,;:]+$", "", line).strip(_QUOTES)
    line = " ".join(line.split(" ")[:LONGEST_TITLE]).rstrip(",;:–—- ")
    return _first_capital(_LETTERS.sub(_said, line) if _is_shouted(line) else line)


def _is_shouted(line: str) -> bool:
    """Whether capitals say nothing here: there are no small letters, and words that are no acronyms."""
    found = _LETTERS.findall(line)
    return len(found) > 1 and line.isupper() and any(len(word) > _ACRONYM or word.lower() in _SMALL for word in found)


def _said(word: re.Match[str]) -> str:
    if word[0].lower() in _SMALL:
        return word[0].lower()
    return word[0].capitalize() if len(word[0]) > _ACRONYM else word[0]


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

"""Words as facts are compared: without case and accents; and the names of days and months."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LETTERS = str.maketrans({"ß": "ss", "’": "'", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})

#: Months and weekdays, and the days beside today. Left out are those that mean something else as well ("may", "march").
_DATES = {
    "en": "monday tuesday wednesday thursday friday saturday sunday january february april june july august september "
    "october november december tomorrow yesterday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar marz april mai juni "
    "juli august september oktober november dezember ubermorgen gestern",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier avril mai juin juillet aout septembre "
    "octobre novembre decembre demain hier",
    "es": "lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto "
    "septiembre octubre noviembre diciembre ayer",
    "it": "lunedi martedi mercoledi giovedi venerdi sabato domenica gennaio febbraio marzo aprile maggio giugno "
    "luglio agosto settembre ottobre novembre dicembre domani ieri",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni juli "
    "augustus september oktober november december overmorgen gisteren",
    "pt": "segunda-feira terca-feira quarta-feira quinta-feira sexta-feira sabado domingo janeiro fevereiro marco "
    "abril maio junho julho agosto setembro outubro novembro dezembro amanha ontem",
}
_SHORTEST_BEGINNING = 5  # letters from which "freitagabend" and "mondays" are known by their beginning


@lru_cache(maxsize=100_000)
def folded(word: str) -> str:
    """`word` in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", word.lower().translate(_LETTERS))
    return re.sub(r"[\u0300-\u036f]", "", plain)


def dates_in(words: Iterable[str], language: str) -> frozenset[str]:
    """Days and months among folded words, each under its plain name."""
    return frozenset(found for word in words if (found := _date(word, language)))


@lru_cache(maxsize=20_000)
def _date(word: str, language: str) -> str:
    names = _DATES.get(language, "").split()
    if word in names:
        return word
    return next((name for name in names if len(name) >= _SHORTEST_BEGINNING and word.startswith(name)), "")

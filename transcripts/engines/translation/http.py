"""The translation service of Reflector's own GPU servers (self-hosted or Modal): a bearer key, a text at a time.

    POST /translate?text=…   {"source_language": "en", "target_language": "fr"}
        → {"text": {"en": "Good morning", "fr": "Bonjour"}}

Some of these servers read the languages from the body and some from the query, so they are sent in both. A server that
does not know a pair may answer in another language without a word: an answer counts only under the code asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from transcripts.engines.base import EngineInfo, Line, Never, Progress, TryAgain
from transcripts.engines.service import Busy, Kind, Service, url_problem
from transcripts.engines.translation.pieces import joined, pieces

PATH = "/translate"
TRANSLATION = Kind(
    name="translation service", interface="Reflector's", check="the address", timeout=90.0, limit=1024 * 1024
)
#: Further attempts at one text where the server is busy: a batch of many should not begin anew for one of them.
RETRIES = 3
LONGEST_WAIT = 30.0  # seconds between two attempts; a server that asks for more is tried again with the whole batch
#: Characters in one request. The models behind such services read 512 tokens, and the text stands in the address.
LONGEST_TEXT = 1000


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: dict[str, str]


class GpuTranslator:
    """Options: `url`, `key`, `timeout` in seconds, `retry_wait`: seconds before a busy server is asked again (1)."""

    name: ClassVar[str] = "gpu"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._service = Service(TRANSLATION, options)
        self._address = self._service.endpoint(PATH)
        self._wait = float(options.get("retry_wait", 1))

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        return url_problem(TRANSLATION, options, setting="TRANSLATE_URL")

    def info(self) -> EngineInfo:
        """Without the address, which is nothing for everybody who may read the transcript."""
        return EngineInfo(engine=self.name, model="translate", version="")

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("Using the translation service", 1, 1)

    def translate(
        self, lines: Sequence[Line], *, wanted: Sequence[int], source: str, target: str, progress: Progress
    ) -> list[str]:
        """One request for each utterance, more for a long one. It sees no neighbours: the service takes none."""
        translated = []
        for done, number in enumerate(wanted):
            progress(done, len(wanted))
            parts = [self._patiently(piece, source, target) for piece in pieces(lines[number].text, LONGEST_TEXT)]
            translated.append(joined(parts))
        progress(len(wanted), len(wanted))
        return translated

    def _patiently(self, text: str, source: str, target: str) -> str:
        for attempt in range(RETRIES + 1):
            try:
                return self._ask(text, source, target)
            except Busy as busy:
                wait = self._wait * 2**attempt if busy.wait is None else busy.wait
                if attempt == RETRIES or wait > LONGEST_WAIT:
                    raise
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _ask(self, text: str, source: str, target: str) -> str:
        """The translation. Raises TryAgain for nonsense, and Never for an answer in another language."""
        languages = {"source_language": source, "target_language": target}
        answer = self._service.post(
            PATH,
            _Answer,
            refusing=f"does not translate from {source!r} into {target!r}",
            params={"text": text, **languages},
            json=languages,
        ).text
        if target not in answer:
            others = ", ".join(sorted(set(answer) - {source})) or "no language"
            raise Never(
                f"The translation service at {self._address} was asked for {source!r} to {target!r} and answered with "
                f"{others}: it does not know these two languages, or does not read which ones are wanted."
            )
        if source in answer and answer[source].split() != text.split():
            raise TryAgain(f"The translation service at {self._address} answered with the translation of another text.")
        if not (translated := " ".join(answer[target].split())):
            raise TryAgain(f"The translation service at {self._address} answered with an empty text.")
        return translated

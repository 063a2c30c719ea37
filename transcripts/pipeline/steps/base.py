"""What a step is: something to compute outside any transaction, and what to save inside the one that finishes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from transcripts.models import Run

if TYPE_CHECKING:
    from transcripts.pipeline.context import Context

#: What a part computes and what describes it: a mapping of JSON values.
Json = dict[str, Any]

#: What a step can count, besides its parts.
MINUTES = "minutes"
BYTES = "bytes"


def one_part(run: Run) -> list[Json]:
    return [{}]


def alike(payload: Json) -> float:
    return 1.0


def save_nothing(run: Run, results: Sequence[Json]) -> None:
    """The result itself is all that later steps need."""


@dataclass(frozen=True, slots=True)
class StepWork:
    """The three functions of a step.

    `compute(context)` does one part and returns its result; it may run twice, side by side, or in vain, so it changes
    nothing that anybody sees: audio goes into the vault unadopted, everything else is returned.
    `save(run, results)` writes what all parts found, in the order of the parts, inside the finishing transaction.
    `parts(run)` says what each part has to do; it only reads results of finished steps and answers at once.
    `amount(payload)` is how much work a part is beside the others, where they are not alike.

    For people, `doing` says what happens where the step itself says nothing, and `counts` in what its progress is
    counted: MINUTES of the recording, BYTES of a file, or, in a word of its own, how many of its parts are done.
    `engine_from` is the step whose result names the engine, where that is not its own.
    """

    compute: Callable[[Context], Json]
    save: Callable[[Run, Sequence[Json]], None] = save_nothing
    parts: Callable[[Run], list[Json]] = one_part
    amount: Callable[[Json], float] = alike
    doing: str = ""
    counts: str = ""
    engine_from: str = ""
    #: Kinds of audio in the vault that exist only for this run, and that `compute` may rely on when carried over.
    leaves: tuple[str, ...] = field(default=())
    #: Whether the audio it stores stays when the run is cancelled: it replaced what was there before, which is gone.
    lasting: bool = False

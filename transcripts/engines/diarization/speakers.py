"""Which speech is whose, and how many speakers there are.

    moments of a quarter of a second, as evidence ── evidence.py
              │
    stretches of about a minute, each on its own:
        first guesses: pieces of some seconds, joined while they sound alike ── cluster.py, gaussian.py
        each guess, with 1, 2, 3… speakers, learnt to its end; the one that tells most is taken ── resegment.py
              │
    speakers of different stretches who sound alike are one ── cluster.py
              │
    with all speakers known, the whole recording once more ── resegment.py

Why stretches: a Gaussian is a coarse picture of a voice. In a minute it tells people apart; given an hour, the same
person's vowels and consonants, morning and afternoon, are told apart with the same certainty. And the work grows with
the length of the recording, not with its square.

The constants were tuned on two real conversations of 30 s, on those two at other speeds, with noise and through codecs,
and on some eighty made ones of 1 to 5 speakers (the voices of seven real people shuffled, espeak-ng), with one set for
all. Moved by a third, one of them worsens the confusion of speakers by up to a quarter, `NEWS` by a third.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.diarization import features
from transcripts.engines.diarization.cluster import linked, partitions
from transcripts.engines.diarization.evidence import Evidence, Index
from transcripts.engines.diarization.features import FRAME_SECONDS, Bands, Doubles
from transcripts.engines.diarization.gaussian import Prior
from transcripts.engines.diarization.resegment import Reading, readings
from transcripts.engines.diarization.turns import Flags, flagged

Spans = NDArray[np.intp]

#: What a frame is described by.
COEFFICIENTS = 15
#: The quieter speech frames say little about who speaks: only those above this percentile of loudness count.
QUIET = 45
#: Neighbouring frames share most of their samples and nearly all of their sound: so much of each counts as news.
NEWS = 0.1

#: See `Prior`: as if from so many frames, and how much narrower one speaker is than all together.
MEAN_FRAMES = 2.0
COVARIANCE_FRAMES = 30.0
NARROWNESS = 0.85

#: Seconds: the moments for which a speaker is found, the pieces from which guesses are made, a turn on average.
MOMENT = 0.25
PIECES = (1.0, 2.0, 4.0)
TURN = 15.0
#: A pause makes a change of speaker likelier, as if it had lasted so many times as long.
PAUSE = 5.0
#: A further speaker must raise the bound on the evidence by so much, beyond what the bound itself asks.
SPEAKER = 6.0
#: Seconds for which a speaker is heard at least: less is a laugh, a cough, or two talking at once.
LEAST = 2.5

#: Seconds of speech in a stretch, and the most speakers that are looked for in one.
STRETCH = 60.0
MOST_PER_STRETCH = 8
#: Seconds of speech from which a speaker is known: see `linked`.
KNOWN = 10.0
#: Rounds of learning over the whole recording: few, since the speakers are known, and with more their sounds would be.
LAST_ROUNDS = 3


def speaker_frames(
    bands: Bands, speech: Flags, *, most: int, progress: Callable[[float], None] = lambda done: None
) -> Index:
    """The number of the speaker of each frame, -1 where nobody speaks.

    `most` is the highest number of speakers. `progress` is told the share of the work that is done.
    """
    labels = np.full(len(speech), -1)
    if not speech.any():
        return labels
    spans = _moments(speech)
    moments = _evidence(bands, speech, spans)
    prior = Prior(moments, mean_frames=MEAN_FRAMES, covariance_frames=COVARIANCE_FRAMES, narrowness=NARROWNESS)
    stretches = _stretches(spans)
    found = np.zeros(len(spans), np.intp)
    for done, stretch in enumerate(stretches, start=1):
        own = _speakers(moments[stretch], spans[stretch], prior=prior, most=min(most, MOST_PER_STRETCH))
        found[stretch] = own + (found.max() + 1 if done > 1 else 0)
        progress(done / len(stretches))
    if len(stretches) > 1:
        found = _joined(moments, spans, found, prior=prior, most=most)
    for (first, last), speaker in zip(spans, found, strict=True):
        labels[first:last] = speaker
    return labels


def _moments(speech: Flags) -> Spans:
    """Speech cut into (first, last + 1) of about a moment each, none of them over a pause."""
    spans: list[tuple[int, int]] = []
    for first, last in flagged(speech):
        edges = np.linspace(first, last, 1 + max(1, round((last - first) * FRAME_SECONDS / MOMENT))).astype(int)
        spans += itertools.pairwise(edges)
    return np.array(spans)


def _evidence(bands: Bands, speech: Flags, spans: Spans) -> Evidence:
    used = features.lively(bands)
    loudness = features.loudness(used)
    counted = speech & (loudness >= np.percentile(loudness[speech], QUIET))
    return Evidence.of(features.cepstra(used, count=COEFFICIENTS), spans.tolist(), counted=counted, weight=NEWS)


def _stretches(spans: Spans) -> list[slice]:
    """Stretches of moments with about equally much speech in each, cut at the longest pause near the ideal place."""
    heard = np.cumsum(_lengths(spans))
    count = max(1, round(heard[-1] / STRETCH))
    length = heard[-1] / count
    pauses = _pauses(spans)
    cuts = [0]
    for place in np.arange(1, count) * length:
        first, last = np.searchsorted(heard, [place - length / 10, place + length / 10])
        cuts.append(int(first + pauses[first:last].argmax()))
    return [slice(first, last) for first, last in zip(cuts, [*cuts[1:], len(spans)], strict=True)]


def _speakers(moments: Evidence, spans: Spans, *, prior: Prior, most: int) -> Index:
    """The labels, from 0 up, of the moments of one stretch."""
    guesses: dict[bytes, Index] = {}
    for seconds in PIECES:
        owners = _pieces(spans, seconds=seconds)
        for labels in partitions(moments.grouped(owners), prior=prior, counts=range(1, most + 1)):
            guess = labels[owners]
            guesses[_renumbered(guess).tobytes()] = guess
    found = readings(moments, guesses=list(guesses.values()), prior=prior, changes=_changes(spans))
    lengths = _lengths(spans)
    # Sorted by whether all speakers are heard for long enough, then by how much the reading tells.
    best = max(
        found, key=lambda reading: (_least(reading, lengths) >= LEAST, reading.bound - SPEAKER * reading.speakers)
    )
    return _renumbered(best.shares.argmax(axis=1))


def _least(reading: Reading, lengths: Doubles) -> float:
    """For how long (seconds) the speaker who is heard least is heard."""
    return float(np.bincount(reading.shares.argmax(axis=1), lengths, minlength=reading.speakers).min())


def _joined(moments: Evidence, spans: Spans, found: Index, *, prior: Prior, most: int) -> Index:
    """The labels of all moments, from those in which each stretch has speakers of its own."""
    speakers = linked(
        moments.grouped(found),
        prior=prior,
        most=most,
        known=KNOWN / FRAME_SECONDS * (1 - QUIET / 100) * NEWS,
    )
    guess = _renumbered(speakers[found])
    (reading,) = readings(moments, guesses=[guess], prior=prior, changes=_changes(spans), rounds=LAST_ROUNDS)
    labels: Index = reading.shares.argmax(axis=1)
    return labels


def _pieces(spans: Spans, *, seconds: float) -> Index:
    """For each moment the piece it belongs to: pieces of about so many seconds, none of them over a pause."""
    edges = np.flatnonzero(np.concatenate([[True], spans[1:, 0] != spans[:-1, 1]]))
    pieces: list[Index] = []
    count = 0
    for first, last in zip(edges, [*edges[1:], len(spans)], strict=True):
        length = (spans[last - 1, 1] - spans[first, 0]) * FRAME_SECONDS
        parts = min(max(1, round(length / seconds)), last - first)
        pieces.append(count + np.arange(last - first) * parts // (last - first))
        count += parts
    return np.concatenate(pieces)


def _lengths(spans: Spans) -> Doubles:
    """Seconds that each moment lasts."""
    lengths: Doubles = (spans[:, 1] - spans[:, 0]).astype(np.float64) * FRAME_SECONDS
    return lengths


def _pauses(spans: Spans) -> Doubles:
    """Seconds of silence before each moment."""
    pauses: Doubles = np.concatenate([[0], spans[1:, 0] - spans[:-1, 1]]) * FRAME_SECONDS
    return pauses


def _changes(spans: Spans) -> Doubles:
    """The probability that the turn before has ended when each moment begins."""
    changes: Doubles = 1 - np.exp(-(_lengths(spans) + PAUSE * _pauses(spans)) / TURN)
    changes[0] = 1.0
    return changes


def _renumbered(labels: Index) -> Index:
    """The same groups with the numbers 0, 1, 2… in the order in which they first appear."""
    _, first, numbers = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[numbers]

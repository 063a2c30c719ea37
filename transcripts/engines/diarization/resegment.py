"""Who speaks in each moment: a hidden Markov model with a Gaussian per speaker, learnt from the recording itself.

From a first guess the model learns how each speaker sounds, from that who speaks when, and so on. Speakers and shares
of the moments are distributions and not points (variational Bayes), so a speaker that explains nothing of its own fades
away, and the bound on the evidence says which of several guesses, with fewer or with more speakers, tells most about
the recording. The same idea works on vectors of neural networks: F. Landini et al., "Bayesian HMM clustering of
x-vector sequences (VBx) in speaker diarization", 2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transcripts.engines.diarization.evidence import Evidence, Index
from transcripts.engines.diarization.features import Doubles
from transcripts.engines.diarization.gaussian import Prior

#: Rounds of learning; they end sooner when no bound moves by more than this.
ROUNDS = 20
SETTLED = 0.02
#: A speaker with less than this share of all speech has faded away.
FADED = 1e-3
#: Turns that each speaker is believed to have taken before any was heard: keeps the quiet ones from fading at once.
TURNS_BEFORE = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to hear a conversation: the share of each speaker in each moment, and the bound on its evidence."""

    shares: Doubles
    bound: float

    @property
    def speakers(self) -> int:
        return int(self.shares.shape[1])


def readings(
    moments: Evidence, *, guesses: Sequence[Index], prior: Prior, changes: Doubles, rounds: int = ROUNDS
) -> list[Reading]:
    """What becomes of each guess (a label from 0 up for each moment) by learning.

    `changes` (moments,) is the probability that the turn before ended before that moment. Memory: some five arrays of
    moments x guesses x speakers.
    """
    # All guesses at once: arrays are (moments, guesses, speakers), padded to the most speakers that any guess has.
    count, most = len(guesses), max(int(guess.max()) + 1 for guess in guesses)
    shares = np.eye(most)[np.stack(guesses, axis=1)]
    present = np.asarray(shares.any(axis=0))
    weights = present / present.sum(axis=1, keepdims=True)
    bounds = np.full(count, -np.inf)
    for _ in range(rounds):
        beliefs = prior.after(moments.shared_out(shares.reshape(len(moments), -1)))
        likelihoods = beliefs.log_likelihoods(moments).reshape(shares.shape)
        shares, evidence, turns = forward_backward(likelihoods, weights=weights, changes=changes)
        present &= np.tensordot(moments.frames, shares, axes=1) > FADED * moments.frames.sum()
        before, bounds = bounds, evidence - (prior.divergences(beliefs).reshape(count, most) * present).sum(axis=1)
        weights = np.where(present, turns + TURNS_BEFORE, 0.0)
        weights /= weights.sum(axis=1, keepdims=True)
        if np.abs(bounds - before).max() < SETTLED:
            break
    return [Reading(shares[:, each, np.flatnonzero(present[each])], float(bounds[each])) for each in range(count)]


def forward_backward(likelihoods: Doubles, *, weights: Doubles, changes: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Share of each speaker in each moment (T, n, k), log evidence (n,) and expected turns of each speaker (n, k).

    For n models at once, from log likelihoods (T, n, k): before moment t, the turn ends with probability changes[t] and
    then any speaker begins one, the same again included, with probability `weights` (n, k).
    """
    likelihoods = np.where(weights > 0, likelihoods, -np.inf)  # who is not there must not set the scale
    top = likelihoods.max(axis=2, keepdims=True)
    likelihoods = np.exp(likelihoods - top)
    forward = np.empty_like(likelihoods)
    norms = np.empty(top.shape)
    state = weights
    for moment, (change, seen) in enumerate(zip(changes, likelihoods, strict=True)):
        state = ((1 - change) * state + change * weights) * seen
        norms[moment] = norm = state.sum(axis=1, keepdims=True)
        state = forward[moment] = state / norm
    likelihoods /= norms
    backward = np.ones_like(weights)
    turns = np.zeros_like(weights)
    for moment in range(len(likelihoods) - 1, 0, -1):
        seen = likelihoods[moment] * backward
        begun = changes[moment] * weights * seen
        turns += begun
        backward = (1 - changes[moment]) * seen + begun.sum(axis=1, keepdims=True)
        forward[moment - 1] *= backward
    shares = forward / forward.sum(axis=2, keepdims=True)
    return shares, (np.log(norms) + top).sum(axis=(0, 2)), turns + shares[0]

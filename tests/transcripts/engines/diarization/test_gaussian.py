"""The closed forms against what they must be equal to."""

import itertools

import numpy as np
import pytest
from scipy.stats import multivariate_t

from transcripts.engines.diarization.cluster import linked, partitions
from transcripts.engines.diarization.evidence import Evidence
from transcripts.engines.diarization.gaussian import Prior
from transcripts.engines.diarization.resegment import forward_backward, readings

SIZE = 3


@pytest.fixture
def features() -> np.ndarray:
    """40 frames each of two speakers who differ in mean, by turns of ten frames."""
    random = np.random.default_rng(0)
    speakers = np.tile(np.repeat([0, 1], 10), 4)
    return random.normal(size=(80, SIZE)) + np.array([[0, 0, 0], [6, -4, 2]])[speakers]


def evidence(features: np.ndarray, *, length: int) -> Evidence:
    spans = [(first, first + length) for first in range(0, len(features), length)]
    return Evidence.of(features.astype(np.float32), spans, counted=np.ones(len(features), bool), weight=1.0)


def prior_of(pieces: Evidence) -> Prior:
    return Prior(pieces, mean_frames=2.0, covariance_frames=5.0, narrowness=0.5)


def test_the_marginal_of_one_frame_is_students_t(features: np.ndarray) -> None:
    pieces = evidence(features, length=1)
    mean, covariance = features.mean(axis=0), np.cov(features.T, bias=True)
    degrees = 5.0 + SIZE + 1
    scale = 5.0 * 0.5 * covariance * (2 + 1) / (2 * (degrees - SIZE + 1))
    expected = multivariate_t(mean, scale, df=degrees - SIZE + 1).logpdf(features)
    assert prior_of(pieces).log_marginals(pieces) == pytest.approx(expected, rel=1e-4)


def test_the_bound_of_one_speaker_is_the_evidence(features: np.ndarray) -> None:
    """With one speaker nothing is hidden but the speaker, whose distribution is exact: so is the bound."""
    pieces = evidence(features, length=5)
    prior = prior_of(pieces)
    everybody = pieces.grouped(np.zeros(len(pieces), int))
    (reading,) = readings(pieces, guesses=[np.zeros(len(pieces), int)], prior=prior, changes=np.full(len(pieces), 0.1))
    assert reading.bound == pytest.approx(prior.log_marginals(everybody)[0])


def test_knowing_nothing_costs_nothing(features: np.ndarray) -> None:
    pieces = evidence(features, length=5)
    prior = prior_of(pieces)
    nothing = pieces.shared_out(np.zeros((len(pieces), 2)))
    assert prior.divergences(prior.after(nothing)) == pytest.approx([0, 0], abs=1e-6)
    assert (prior.divergences(prior.after(pieces)) > 0).all()


def test_two_speakers_are_learnt_from_a_bad_guess(features: np.ndarray) -> None:
    pieces = evidence(features, length=5)
    truth = np.tile([0, 0, 1, 1], 4)
    guess = truth.copy()
    guess[[1, 6, 11]] ^= 1
    found = readings(
        pieces,
        guesses=[guess, np.zeros(len(pieces), int), np.arange(len(pieces)) % 5],
        prior=prior_of(pieces),
        changes=np.full(len(pieces), 0.2),
    )
    best = max(found, key=lambda reading: reading.bound)
    assert best is found[0]
    assert (best.shares.argmax(axis=1) == truth).all()


def test_forward_backward_against_all_paths() -> None:
    random = np.random.default_rng(1)
    likelihoods = random.normal(size=(5, 2, 3)) * 2
    weights = np.array([[0.5, 0.3, 0.2], [0.6, 0.4, 0.0]])
    changes = np.array([1.0, 0.2, 0.5, 0.1, 0.3])
    shares, logs, turns = forward_backward(likelihoods, weights=weights, changes=changes)
    for model in (0, 1):
        expected = np.zeros((5, 3))
        begun = np.zeros(3)
        for path in itertools.product(range(3), repeat=5):
            for ends in itertools.product([False, True], repeat=4):
                steps = [(True, path[0], None), *zip(ends, path[1:], path, strict=False)]
                chances = [
                    (change * weights[model, now] if new else (1 - change) * (now == before))
                    for (new, now, before), change in zip(steps, changes, strict=True)
                ]
                chance = np.prod(chances) * np.exp(sum(likelihoods[t, model, who] for t, who in enumerate(path)))
                expected[np.arange(5), path] += chance
                for new, now, _ in steps:
                    begun[now] += chance * new
        assert logs[model] == pytest.approx(np.log(expected[0].sum()))
        assert shares[:, model] == pytest.approx(expected / expected[0].sum())
        assert turns[model] == pytest.approx(begun / expected[0].sum())


def test_the_most_alike_are_joined_first(features: np.ndarray) -> None:
    pieces = evidence(features, length=5)
    five, two, one = partitions(pieces, prior=prior_of(pieces), counts=[1, 2, 5])
    assert (two == np.tile([0, 0, 1, 1], 4)).all()
    assert (one == 0).all()
    assert five.max() == 4
    assert all(len(set(two[five == label])) == 1 for label in range(5))


def test_no_more_clusters_than_pieces(features: np.ndarray) -> None:
    pieces = evidence(features[:10], length=5)
    assert [labels.tolist() for labels in partitions(pieces, prior=prior_of(pieces), counts=[1, 2, 3])] == [
        [0, 1],
        [0, 0],
    ]


def test_linking_stops_where_two_are_likelier(features: np.ndarray) -> None:
    pieces = evidence(features, length=10)
    labels = linked(pieces, prior=prior_of(pieces), most=12, known=1000)
    assert labels.tolist() == [0, 1] * 4


def test_linking_goes_on_while_there_are_too_many(features: np.ndarray) -> None:
    pieces = evidence(features, length=10)
    assert linked(pieces, prior=prior_of(pieces), most=1, known=1000).tolist() == [0] * 8


def test_a_voice_that_moves_is_one_speaker_while_little_of_it_counts() -> None:
    random = np.random.default_rng(0)
    pieces = evidence(random.normal(size=(2000, SIZE)) + np.repeat([0.0, 0.3], 1000)[:, None], length=1000)
    prior = prior_of(pieces)
    assert linked(pieces, prior=prior, most=12, known=1000).tolist() == [0, 1]
    assert linked(pieces, prior=prior, most=12, known=50).tolist() == [0, 0]

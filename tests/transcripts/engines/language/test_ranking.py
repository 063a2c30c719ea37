from __future__ import annotations

import numpy as np
import pytest

from transcripts.engines.language.ranking import centrality, choose, similarity, vectors

SERVERS = ["server", "disk", "full"]


def test_vectors_have_length_one_or_are_empty() -> None:
    first, empty = vectors([["disk", "disk", "full"], []])
    assert sum(value * value for value in first.values()) == pytest.approx(1.0)
    assert empty == {}


def test_similarity() -> None:
    one, same, other = vectors([SERVERS, SERVERS, ["lunch"]])
    assert similarity(one, same) == pytest.approx(1.0)
    assert similarity(one, other) == 0.0


def test_the_sentence_that_shares_most_is_the_most_central() -> None:
    documents = vectors([["server", "disk"], ["disk", "full"], SERVERS, ["lunch", "soup"], []])
    ranks = centrality(documents)
    assert int(np.argmax(ranks)) == 2
    assert ranks[2] == 1.0
    assert ranks[3] < ranks[0]


def test_centrality_is_that_of_the_written_out_graph() -> None:
    documents = vectors([["a", "b"], ["b", "c"], ["a", "c", "d"], ["d"]])
    graph = np.array(
        [[similarity(one, other) if one is not other else 0.0 for other in documents] for one in documents]
    )
    rank = np.full(4, 0.25)
    for _ in range(30):
        rank = 0.15 / 4 + 0.85 * graph @ (rank / graph.sum(axis=0))
    assert centrality(documents) == pytest.approx(rank / rank.max())


def test_nothing_to_rank() -> None:
    assert len(centrality([])) == 0
    assert len(centrality(vectors([[], []]))) == 2


def test_choice_avoids_repetition_and_worthless_sentences() -> None:
    documents = vectors([SERVERS, SERVERS, ["lunch"], ["soup"]])
    assert choose([1.0, 0.9, 0.6, 0.0], documents, 4) == [0, 2, 1]

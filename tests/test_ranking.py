"""What becomes of scores: neighbours lend theirs, copies make room. Fusion is in `test_search`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.embedding import Vectors, unit
from store.ranking import copies, smoothed

SCORES = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=8)
NEIGHBOURS = st.integers(1, 10)
SHARES = st.floats(0, 1)


def directions(count: int, seed: int = 0) -> Vectors:
    """Unit vectors that say something of their own."""
    return unit(np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32))


# -- neighbours ----------------------------------------------------------------------------------


@given(SCORES, NEIGHBOURS, SHARES)
def test_every_paper_keeps_a_score_within_the_range_of_all(scores: list[float], neighbours: int, share: float) -> None:
    leaning = smoothed(scores, directions(len(scores)), neighbours=neighbours, share=share)
    assert leaning.shape == (len(scores),)
    assert leaning.min() >= min(scores) - 1e-9
    assert leaning.max() <= max(scores) + 1e-9


@given(SCORES, NEIGHBOURS)
def test_who_leans_on_nobody_keeps_the_score(scores: list[float], neighbours: int) -> None:
    vectors = directions(len(scores))
    assert smoothed(scores, vectors, neighbours=neighbours, share=0).tolist() == scores
    assert smoothed(scores, vectors, neighbours=0, share=0.5).tolist() == scores


@given(st.floats(0, 1), SHARES)
def test_a_paper_alone_keeps_its_score(score: float, share: float) -> None:
    assert smoothed([score], directions(1), neighbours=3, share=share).tolist() == [score]


def test_no_papers_have_no_scores() -> None:
    assert smoothed([], np.zeros((0, 4), dtype=np.float32), neighbours=3, share=0.2).shape == (0,)


@given(st.floats(0, 1), st.integers(1, 8), NEIGHBOURS, SHARES)
def test_equal_scores_stay_equal(score: float, count: int, neighbours: int, share: float) -> None:
    leaning = smoothed([score] * count, directions(count), neighbours=neighbours, share=share)
    assert leaning == pytest.approx(np.full(count, score))


def test_a_paper_among_relevant_neighbours_rises_above_one_among_others() -> None:
    subject, elsewhere = np.eye(4, dtype=np.float32)[:2]
    vectors = np.stack([subject, subject, subject, elsewhere, elsewhere, elsewhere])
    leaning = smoothed([0.9, 0.9, 0.5, 0.5, 0.1, 0.1], vectors, neighbours=2, share=0.2)
    assert leaning == pytest.approx([0.86, 0.86, 0.58, 0.42, 0.14, 0.14])


def test_only_the_nearest_are_leant_on_and_the_nearer_of_them_more() -> None:
    first, second, third = np.eye(4, dtype=np.float32)[:3]
    vectors = np.stack([first, unit(first + second), unit(first + 3 * second), third])
    leaning = smoothed([0.0, 1.0, 0.0, 1.0], vectors, neighbours=2, share=1.0)
    near, far = 1 / np.sqrt(2), 1 / np.sqrt(10)
    assert leaning[0] == pytest.approx(near / (near + far))
    assert smoothed([0.0, 1.0, 0.0, 1.0], vectors, neighbours=1, share=1.0)[0] == pytest.approx(1.0)


@given(st.permutations(range(6)), SHARES)
def test_the_order_of_the_papers_makes_no_other_scores(order: list[int], share: float) -> None:
    scores, vectors = [0.9, 0.1, 0.4, 0.4, 0.0, 0.7], directions(6)
    leaning = smoothed(scores, vectors, neighbours=2, share=share)
    shuffled = smoothed([scores[i] for i in order], vectors[order], neighbours=2, share=share)
    assert shuffled == pytest.approx(leaning[order])


# -- copies --------------------------------------------------------------------------------------

REPEATED = st.lists(st.integers(0, 4), max_size=12)


@given(REPEATED)
def test_of_equal_rows_the_first_is_kept_and_the_others_are_copies(rows: list[int]) -> None:
    later = [place for place, row in enumerate(rows) if row in rows[:place]]
    assert copies(directions(5)[rows], alike=0.9999) == later


@given(st.integers(0, 12), st.floats(-1, 1), st.integers(0, 99))
def test_what_is_kept_is_unlike_and_every_copy_is_like_one_that_is_kept(count: int, alike: float, seed: int) -> None:
    vectors = directions(count, seed)
    found = copies(vectors, alike=alike)
    kept = [place for place in range(count) if place not in found]
    cosines = vectors @ vectors.T
    assert all(cosines[one, other] < alike + 1e-6 for one in kept for other in kept if one != other)
    assert all(max(cosines[place, k] for k in kept if k < place) >= alike - 1e-6 for place in found)


def test_who_is_like_a_copy_only_is_none() -> None:
    angles = np.radians([0, 20, 40])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert copies(vectors, alike=float(np.cos(np.radians(25)))) == [1]

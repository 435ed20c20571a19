"""Trials against a count by hand, and the bootstrap by person against what is known."""

from itertools import combinations

import numpy as np
import pytest
from tests.unit.evaluation import made

from countenance.evaluation import resample
from countenance.evaluation import trials as trial
from countenance.evaluation.people import EvaluationError, Pair
from countenance.evaluation.trials import BINS, cosine_at, edge


def test_every_pair_is_counted_once() -> None:
    matrix, person = made.people(40, 3)
    found = trial.all_pairs(matrix, person)
    cosines = {True: [], False: []}
    for i, j in combinations(range(len(matrix)), 2):
        cosines[person[i] == person[j]].append(float(matrix[i] @ matrix[j]))
    assert (found.people, found.images, found.couples) == (40, 120, 780)
    assert (found.impostors, found.genuines) == (len(cosines[False]), len(cosines[True]))
    for threshold in (0.0, 0.1, 0.25, 0.3):
        matches = sum(c >= threshold for c in cosines[False])
        assert found.counts[edge(threshold) :].sum() == pytest.approx(matches, abs=1)
    i, j = found.closest[0]
    assert matrix[i] @ matrix[j] == pytest.approx(max(cosines[False]), abs=2e-4)
    i, j = found.farthest[0]
    assert matrix[i] @ matrix[j] == pytest.approx(min(cosines[True]), abs=2e-4)


def test_a_threshold_of_four_digits_is_an_edge() -> None:
    for threshold in (-0.1, 0.0, 0.4078, 0.4309, 0.9999):
        assert cosine_at(edge(threshold)) == pytest.approx(threshold, abs=1e-12)
        at = np.array([np.float32(threshold)])
        assert trial._bins(at)[0] == edge(threshold)


def test_thinned_trials_weigh_what_they_stand_for(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made.trials(120, 2)
    monkeypatch.setattr(trial, "_THINNED", 1500)
    thinned = made.trials(120, 2)
    assert len(thinned.impostor.bin) < len(whole.impostor.bin) / 4
    assert thinned.impostor.weight.sum() == pytest.approx(whole.impostor.weight.sum(), rel=0.05)
    exact, near = resample.sample(whole), resample.sample(thinned)
    far = edge(0.35)
    assert near.impostor[far] == pytest.approx(exact.impostor[far])
    assert near.couples[edge(0.15)] == pytest.approx(exact.couples[edge(0.15)], rel=0.1)


def test_people_with_many_pictures_count_once_among_couples() -> None:
    matrix, person = made.people(30, 2)
    twin = matrix[person == 0]
    matrix = np.concatenate([matrix, np.repeat(twin, 20, axis=0)])  # one person with 42 pictures
    person = np.concatenate([person, np.zeros(40, np.int64)])
    few, many = made.trials(30, 2), trial.all_pairs(matrix, person)
    at = edge(0.2)
    assert resample.sample(many).couples[at] == pytest.approx(resample.sample(few).couples[at])


def test_draws_of_people_spread_as_new_samples_do() -> None:
    at = edge(0.15)
    fresh = [
        float(resample.sample(made.trials(60, 1, seed=seed)).couples[at]) for seed in range(100)
    ]
    drawn = [float(d.couples[at]) for d in resample.resamples(made.trials(60, 1, seed=500), 300)]
    assert np.mean(fresh) == pytest.approx(0.115, abs=0.01)
    # Draws spread somewhat more than new people do (a pair is drawn with both its people).
    assert 0.8 < np.std(drawn) / np.std(fresh) < 2.2
    assert np.mean(drawn) == pytest.approx(np.mean(fresh), abs=0.03)


def test_listed_pairs_and_all_pairs_agree() -> None:
    vectors = made.vectors(20)
    names = [photo.name for photo in vectors.photos]
    person = {photo.name: photo.person for photo in vectors.photos}
    pairs = tuple(Pair(a, b, person[a] == person[b]) for a, b in combinations(names, 2))
    listed, every = trial.trials(vectors, pairs), trial.trials(vectors)
    assert (listed.counts == every.counts).all()
    assert (listed.couples, listed.genuines) == (every.couples, every.genuines)
    at = edge(0.2)
    for one, other in zip(resample.resamples(listed, 5), resample.resamples(every, 5), strict=True):
        assert one.impostor[at] == pytest.approx(other.impostor[at])
        assert one.couples[at] == pytest.approx(other.couples[at])
        assert one.genuine[edge(0.8)] == pytest.approx(other.genuine[edge(0.8)])
    assert np.isfinite(every.counts).all()
    assert every.counts.shape == (BINS,)


def test_one_person_and_too_many_pictures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EvaluationError, match="1 people were found"):
        trial.trials(made.vectors(1))
    monkeypatch.setattr(trial, "_MOST", 10)
    with pytest.raises(EvaluationError, match="at most 10"):
        made.trials(20)
